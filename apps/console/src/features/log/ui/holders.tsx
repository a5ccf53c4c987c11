// Witnesses, anchors and time stampers: to where each holds the log, and how its last attempt went.
import type { LogHealth } from '../../../api/types.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Section } from '../../../ui/section.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Time } from '../../time/ui/time.tsx';
import { count } from '../model/verification.ts';
import { text } from '../text.ts';

type Holder = LogHealth['holders'][number];

export function Holders({ holders }: Pick<LogHealth, 'holders'>) {
  return (
    <Section title={text.holders}>
      {holders.length === 0 ? (
        <p className="text-hold">{text.noHolders}</p>
      ) : (
        <>
          <p className="mb-1 text-muted">{text.holdersWhy}</p>
          <table className="w-full text-left">
            <thead>
              <tr className="text-muted">
                <th scope="col" className="py-1 pr-3 font-normal">
                  {text.holder}
                </th>
                <th scope="col" className="pr-3 font-normal">
                  {text.to}
                </th>
                <th scope="col" className="font-normal">
                  {text.last}
                </th>
              </tr>
            </thead>
            <tbody>
              {holders.map((holder) => (
                <Row key={`${holder.kind} ${holder.name}`} holder={holder} />
              ))}
            </tbody>
          </table>
        </>
      )}
    </Section>
  );
}

function Row({ holder: { kind, name, size, result, triedAt, error } }: { readonly holder: Holder }) {
  const tone = result === 'accepted' ? 'allow' : result === 'conflict' ? 'deny' : 'warn';
  return (
    <tr className="border-t border-line align-baseline">
      <th scope="row" className="py-1 pr-3 font-normal">
        <PlainText text={name} /> <span className="text-muted">{kind}</span>
      </th>
      <td className="pr-3 tabular-nums">{count(size)}</td>
      <td>
        <span className="flex flex-wrap items-baseline gap-x-2">
          <Badge sign={{ tone, label: text.results[result] }} />
          <Time iso={triedAt} />
          {error !== null && (
            <span className="text-muted wrap-anywhere">
              <PlainText text={error} />
            </span>
          )}
        </span>
      </td>
    </tr>
  );
}
