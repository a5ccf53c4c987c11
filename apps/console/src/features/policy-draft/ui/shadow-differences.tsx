// What the candidate in the shadow would have decided otherwise: in all, and call by call.
import type { Shadow } from '../../../api/types.ts';
import { CallLink } from '../../../ui/links.tsx';
import { Section } from '../../../ui/section.tsx';
import { TableHead } from '../../../ui/table-head.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Time } from '../../time/ui/time.tsx';
import { text } from '../text.ts';
import { Moved } from './group-table.tsx';

const words = text.shadow;

export function ShadowDifferences({ shadow: { groups, latest } }: { readonly shadow: Shadow }) {
  return (
    <>
      <Section title={words.groups}>
        {groups.length === 0 ? (
          <p className="text-muted">{words.none}</p>
        ) : (
          <table aria-label={words.groups} className="w-full text-left">
            <TableHead
              columns={[
                { title: text.history.of },
                { title: text.history.change },
                { title: text.history.calls, className: 'text-right' },
                { title: words.lastAt, className: 'text-right max-sm:hidden' },
              ]}
            />
            <tbody>
              {groups.map(({ agent, target, live, shadow, count, last }) => (
                <tr key={`${agent} ${target} ${live} ${shadow}`}>
                  <th scope="row" className="py-1 pr-3 font-normal wrap-anywhere">
                    <strong className="font-medium">
                      <PlainText text={agent} />
                    </strong>{' '}
                    <PlainText text={target} />
                  </th>
                  <td className="py-1 pr-3">
                    <Moved from={live} to={shadow} />
                  </td>
                  <td className="py-1 text-right tabular-nums">{count.toLocaleString('en')}</td>
                  <td className="py-1 text-right text-muted max-sm:hidden">
                    <Time iso={last} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Section>
      {latest.length > 0 && (
        <Section title={words.latest}>
          <ul className="space-y-1">
            {latest.map(({ call, round, agent, target, live, shadow, at }) => (
              <li key={`${call} ${round}`} className="flex flex-wrap items-baseline gap-x-2">
                <CallLink id={call} className="inline-block min-h-6 leading-6">
                  <Time iso={at} />
                </CallLink>
                <span className="min-w-0 flex-1 wrap-anywhere">
                  <PlainText text={`${agent} ${target}`} />
                </span>
                <Moved from={live} to={shadow} />
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}
