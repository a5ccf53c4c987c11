// Whose tokens are believed, for whom, and whether their keys are at hand.
import type { Settings } from '../../../api/types.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Facts, Section } from '../../../ui/section.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Time } from '../../time/ui/time.tsx';
import { text } from '../text.ts';

type Issuer = Settings['issuers'][number];

export function Issuers({ issuers }: Pick<Settings, 'issuers'>) {
  return (
    <Section title={text.issuers}>
      {issuers.length === 0 && <p className="text-deny">{text.noIssuers}</p>}
      <ul className="space-y-3">
        {issuers.map((issuer) => (
          <li key={issuer.uid}>
            <p className="mb-1 font-medium">
              {issuer.name} <span className="font-normal text-muted">{issuer.issuer}</span>
            </p>
            <Facts
              facts={[
                [text.kind, issuer.kind],
                [text.algorithms, issuer.algorithms.join(', ')],
                [text.audiences, issuer.audiences.length === 0 ? null : issuer.audiences.join(', ')],
                [text.age, text.seconds(issuer.maxTokenAgeSeconds)],
                [text.keys, <Keys key="keys" keys={issuer.keys} />],
              ]}
            />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Keys({ keys: { state, count, url, fetchedAt, failure } }: Pick<Issuer, 'keys'>) {
  const tone = state === 'failing' ? 'deny' : 'quiet';
  return (
    <span className="flex flex-wrap items-center gap-x-2">
      <Badge sign={{ tone, label: text.keyState[state](count ?? 0) }} />
      {url !== null && <span className="wrap-anywhere">{url}</span>}
      {fetchedAt !== null && <Time iso={fetchedAt} />}
      {failure !== null && (
        <span className="text-deny">
          <PlainText text={failure} />
        </span>
      )}
    </span>
  );
}
