// What is kept for how long and under which keys, and what takes more than one person.
import { Link } from '@tanstack/react-router';
import type { Settings } from '../../../api/types.ts';
import { Facts, Section } from '../../../ui/section.tsx';
import { text } from '../text.ts';

type Review = Settings['reviews']['policies'];

const reviewText = (review: Review): string =>
  review === null || review.quorum === 0 ? text.nobodyElse : text.quorum(review.quorum, review.group);

export function Keeping({
  settings: { retention, keys, reviews },
}: {
  readonly settings: Pick<Settings, 'retention' | 'keys' | 'reviews'>;
}) {
  return (
    <>
      <Section title={text.reviews}>
        <Facts
          facts={[
            [text.policies, reviewText(reviews.policies)],
            [text.registry, reviewText(reviews.registry)],
            [text.declassification, reviewText(reviews.declassification)],
            [text.erasure, reviewText(retention.erasure)],
          ]}
        />
      </Section>
      <Section title={text.retention}>
        <Facts
          facts={[
            [text.headers, retention.headers],
            [text.payloads, <Rules key="rules" rules={retention.payloads} />],
          ]}
        />
        <p className="mt-1">
          <Link to="/log/privacy">{text.retentionLink}</Link>
        </p>
      </Section>
      <Section title={text.logKeys}>
        <Facts
          facts={[
            [text.manifest, keys.manifest],
            [text.payloadKey, keys.payloadKey],
            [text.keyStore, keys.keyStore],
          ]}
        />
        <p className="mt-1">
          <Link to="/log/keys">{text.keysLink}</Link>
        </p>
      </Section>
    </>
  );
}

function Rules({ rules }: { readonly rules: Settings['retention']['payloads'] }) {
  if (rules.length === 0) return text.noRules;
  return (
    <ol>
      {rules.map((rule) => (
        <li key={JSON.stringify(rule)}>
          {Object.entries(rule)
            .map(([name, value]) => `${name} ${value}`)
            .join(', ')}
        </li>
      ))}
    </ol>
  );
}
