// Recorded calls that would come out otherwise, by agent and what it called; some of each can be looked at, and gone to.
import { useState } from 'react';
import { Badge } from '../../../ui/badge.tsx';
import { CallLink } from '../../../ui/links.tsx';
import { TableHead } from '../../../ui/table-head.tsx';
import { decisionSign } from '../../calls/model/wording.ts';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Time } from '../../time/ui/time.tsx';
import type { Decision, Group } from '../model/matrix.ts';
import { text } from '../text.ts';

const words = text.history;
const AT_FIRST = 50;

export function GroupTable({ label, groups }: { readonly label: string; readonly groups: readonly Group[] }) {
  const [shown, setShown] = useState(AT_FIRST);
  return (
    <>
      <table aria-label={label} className="w-full text-left">
        <TableHead
          columns={[
            { title: words.of },
            { title: words.change },
            { title: words.calls, className: 'text-right' },
            { title: words.live, className: 'text-right max-sm:hidden', hint: words.liveHint },
          ]}
        />
        <tbody className="align-top">
          {groups.slice(0, shown).map((group) => (
            <Row key={`${group.agent} ${group.target} ${group.from} ${group.to}`} group={group} />
          ))}
        </tbody>
      </table>
      {groups.length > shown && (
        <button type="button" className="button mt-2" onClick={() => setShown(shown * 4)}>
          {words.more(Math.min(groups.length, shown * 4) - shown)}
        </button>
      )}
    </>
  );
}

function Row({ group }: { readonly group: Group }) {
  const { agent, target, from, to, count, alreadyLive, examples } = group;
  return (
    <tr>
      <th scope="row" className="border-t border-line py-1.5 pr-3 font-normal wrap-anywhere">
        <strong className="font-medium">
          <PlainText text={agent} />
        </strong>{' '}
        <PlainText text={target} />
        {examples.length > 0 && (
          <details className="mt-1">
            <summary className="min-h-6 cursor-pointer text-accent">
              {words.examples(examples.length)}
            </summary>
            <ul className="space-y-2 pt-1">
              {examples.map((example) => (
                <li key={`${example.call} ${example.round}`}>
                  <Example example={example} />
                </li>
              ))}
            </ul>
          </details>
        )}
      </th>
      <td className="border-t border-line py-1.5 pr-3">
        <Moved from={from} to={to} />
      </td>
      <td className="border-t border-line py-1.5 text-right tabular-nums">{count.toLocaleString('en')}</td>
      <td className="border-t border-line py-1.5 text-right text-muted tabular-nums max-sm:hidden">
        {alreadyLive === null ? words.unknown : alreadyLive.toLocaleString('en')}
      </td>
    </tr>
  );
}

/** From one decision to another. */
export const Moved = ({ from, to }: { readonly from: Decision; readonly to: Decision }) => (
  <span className="inline-flex flex-wrap items-center gap-1">
    <Badge sign={decisionSign(from)} />
    <span aria-hidden="true">→</span>
    <Badge sign={decisionSign(to)} />
  </span>
);

function Example({ example: { call, at, from, to } }: { readonly example: Group['examples'][number] }) {
  return (
    <>
      <p>
        <CallLink id={call} className="inline-block min-h-6 leading-6">
          <Time iso={at} full />
        </CallLink>
      </p>
      <p className="text-muted">
        {words.thenWas}
        {from.sentence === null ? words.unsaid : <PlainText text={from.sentence} />}
      </p>
      <p>
        {words.now}
        <PlainText text={to.sentence} />
      </p>
    </>
  );
}
