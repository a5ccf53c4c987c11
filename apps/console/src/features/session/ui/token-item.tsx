// A token: whose, with which roles, until when, and the way to end it now.
import { useState } from 'react';
import type { TokenList } from '../../../api/types.ts';
import { Badge } from '../../../ui/badge.tsx';
import { ReasonDialog } from '../../../ui/reason-dialog.tsx';
import { Facts } from '../../../ui/section.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Time } from '../../time/ui/time.tsx';
import { text } from '../access-text.ts';
import { useRevokeToken } from '../use-access.ts';

type Token = TokenList['tokens'][number];

const TONES = { good: 'allow', ended: 'quiet', inactive: 'warn' } as const;
/** The built-in user of the first start. */
const FIRST_USER = 'admin';

export function TokenItem({ token }: { readonly token: Token }) {
  const { id, user, roles, createdAt, expiresAt, state, current } = token;
  const [isRevoking, setRevoking] = useState(false);
  return (
    <>
      <p className="mb-1 flex flex-wrap items-center gap-x-2">
        <strong className="min-w-0 font-medium wrap-anywhere">
          <PlainText text={user} />
        </strong>
        <code className="font-mono text-xs text-muted">{id}</code>
        <Badge sign={{ tone: TONES[state], label: text.states[state] }} />
        {current && <span className="text-muted">{text.byThisOne}</span>}
      </p>
      <Facts
        facts={[
          [text.roles, roles.join(', ')],
          [text.issued, <Time key="issued" iso={createdAt} full />],
          [text.ends, expiresAt === null ? text.never : <Time key="ends" iso={expiresAt} full />],
        ]}
      />
      {state !== 'ended' && (
        <button
          type="button"
          className="button mt-2"
          aria-label={text.revokeOf(user)}
          onClick={() => setRevoking(true)}
        >
          {text.revoke}
        </button>
      )}
      {isRevoking && <RevokeDialog token={token} onClose={() => setRevoking(false)} />}
    </>
  );
}

function RevokeDialog({ token, onClose }: { readonly token: Token; readonly onClose: () => void }) {
  const { id, user, current } = token;
  const revoke = useRevokeToken(user);
  const effect = [
    text.revokeEffect,
    ...(user === FIRST_USER ? [text.revokeFirst] : []),
    ...(current ? [text.revokeOwn] : []),
  ].join(' ');
  return (
    <ReasonDialog
      open
      onClose={onClose}
      title={text.revokeOf(user)}
      effect={effect}
      send={text.revoke}
      isDangerous
      action={{
        ...revoke,
        run: (reason) => revoke.mutate({ id, reason }, { onSuccess: onClose }),
      }}
    />
  );
}
