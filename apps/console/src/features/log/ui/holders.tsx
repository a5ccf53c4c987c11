// Those of one kind who hold checkpoints: to where, how far behind, when it last went well and what went wrong.
import type { LogHealth } from '../../../api/types.ts';
import { Badge } from '../../../ui/badge.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Facts, Section } from '../../../ui/section.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Time } from '../../time/ui/time.tsx';
import { type HolderView, holdersOf } from '../model/holders.ts';
import { count } from '../model/verification.ts';
import { text } from '../text.ts';

export function Holders({ kind, log }: { readonly kind: HolderView['kind']; readonly log: LogHealth }) {
  const holders = holdersOf(log).filter((holder) => holder.kind === kind);
  if (holders.length === 0) return null;
  return (
    <Section title={text.kinds[kind]}>
      <ul className="grid gap-3 @3xl:grid-cols-2">
        {holders.map((holder) => (
          <li key={holder.name} className="rounded-md border border-line p-3">
            <Card holder={holder} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Card({ holder }: { readonly holder: HolderView }) {
  const { name, target, size, lag, result, acceptedAt, triedAt, failingSince, error } = holder;
  const tone = result === 'accepted' ? 'allow' : result === 'conflict' ? 'deny' : 'warn';
  return (
    <>
      <p className="mb-1 flex flex-wrap items-center gap-x-2">
        <strong className="min-w-0 font-medium wrap-anywhere">
          <PlainText text={name} />
        </strong>
        <CopyButton value={target} what={text.target} />
        <Badge sign={{ tone, label: text.results[result] }} />
      </p>
      <Facts
        facts={[
          [text.to, size === 0 ? text.nothingYet : text.entriesCount(count(size))],
          [text.lag, lag === 0 ? text.upToDate : text.entriesCount(count(lag))],
          [text.lastSuccess, acceptedAt === null ? text.never : <Time key="ok" iso={acceptedAt} full />],
          [text.lastTried, failingSince === null ? null : <Time key="tried" iso={triedAt} full />],
          [text.failingSince, failingSince === null ? null : <Time key="since" iso={failingSince} full />],
          [text.lastFailure, error === null ? null : <PlainText key="why" text={error} />],
        ]}
      />
    </>
  );
}
