// How people sign in, and which of their groups gives which role.
import { Link } from '@tanstack/react-router';
import type { Settings } from '../../../api/types.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Facts, Section } from '../../../ui/section.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { text } from '../text.ts';

export function SignIn({ signIn: { oidc, sessions } }: Pick<Settings, 'signIn'>) {
  return (
    <Section title={text.signIn}>
      {oidc === null && <p className="mb-1 text-muted">{text.tokensOnly}</p>}
      <Facts
        facts={[
          [text.provider, oidc === null ? null : `${oidc.name}, ${oidc.issuer}`],
          [text.client, oidc?.clientId ?? null],
          [text.state, oidc === null ? null : <Standing key="state" oidc={oidc} />],
          [text.roles, oidc === null ? null : <Roles key="roles" roles={oidc.roles} />],
          [
            text.groups,
            oidc === null || oidc.groups.length === 0 ? null : <Groups key="groups" groups={oidc.groups} />,
          ],
          [text.contact, oidc?.contact ?? null],
          [text.sessions, text.session(sessions.hours, sessions.idleMinutes)],
          [
            text.access,
            <Link key="access" to="/access">
              {text.accessLink}
            </Link>,
          ],
          [text.fresh, text.freshly(sessions.freshMinutes)],
        ]}
      />
    </Section>
  );
}

type Oidc = NonNullable<Settings['signIn']['oidc']>;

function Standing({ oidc: { state, reason } }: { readonly oidc: Oidc }) {
  return (
    <span className="flex flex-wrap items-center gap-x-2">
      <Badge sign={{ tone: state === 'away' ? 'deny' : 'quiet', label: text.providerState[state] }} />
      {reason !== null && <PlainText text={reason} />}
    </span>
  );
}

function Roles({ roles }: Pick<Oidc, 'roles'>) {
  if (roles.length === 0) return text.noRoles;
  return (
    <ul>
      {roles.map(({ group, roles: given }) => (
        <li key={group}>
          <span className="font-medium">{group}</span>: {given.join(', ')}
        </li>
      ))}
    </ul>
  );
}

function Groups({ groups }: Pick<Oidc, 'groups'>) {
  return (
    <ul>
      {groups.map(({ group, groups: stands }) => (
        <li key={group}>
          <span className="font-medium">{group}</span>: {stands.join(', ')}
        </li>
      ))}
    </ul>
  );
}
