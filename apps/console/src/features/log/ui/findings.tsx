// What a verification found, level by level: there is no word for all of it that could hide one of them.
import type { Outcome } from '../verify/messages.ts';
import { Badge } from '../../../ui/badge.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { count } from '../model/verification.ts';
import { text } from '../text.ts';

export function Findings({ outcome }: { readonly outcome: Outcome }) {
  const { verdict, size, summary, root, levels, firstFailure, heldAgainst, notProven } = outcome;
  const holds = verdict === 'consistent';
  return (
    <div className="mt-3 space-y-3">
      <div
        role={holds ? 'status' : 'alert'}
        className={`flex gap-2 rounded-md p-3 ${holds ? 'bg-allow-soft' : 'bg-deny-soft'}`}
      >
        <Icon name={holds ? 'shield' : 'broken'} className={`mt-0.5 ${holds ? 'text-allow' : 'text-deny'}`} />
        <div className="min-w-0 wrap-anywhere">
          <p className="font-semibold">{holds ? text.holds(count(size)) : text.broken}</p>
          <p>
            <PlainText text={summary} />
          </p>
          {firstFailure !== null && (
            <p>
              {firstFailure.index !== null && `${text.atEntry(count(firstFailure.index))}: `}
              <PlainText text={firstFailure.message} />
            </p>
          )}
          {levels['external']?.state === 'failed' && <p className="font-medium">{text.rewritten}</p>}
          {holds && <p>{heldAgainst === null ? text.firstTime : text.heldAgainst(count(heldAgainst))}</p>}
          <p className="flex items-center gap-1">
            <span className="text-muted">{text.root}</span>
            <code className="min-w-0 truncate font-mono text-xs">{root}</code>
            <CopyButton value={root} what={text.theRoot} />
          </p>
        </div>
      </div>
      <table className="w-full max-w-3xl text-left">
        <thead className="sr-only">
          <tr>
            <th scope="col">{text.level}</th>
            <th scope="col">{text.result}</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(levels).map(([level, report]) => (
            <tr key={level} className="border-t border-line align-baseline">
              <th scope="row" className="py-1 pr-3 font-normal">
                {text.levels[level] ?? level}
              </th>
              <td>
                <Result report={report} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <div>
        <p className="font-medium">{text.notProven}</p>
        <ul className="list-disc pl-5 text-muted">
          {notProven.map((claim) => (
            <li key={claim}>
              <PlainText text={claim} />
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function Result({ report: { state, checked, failures } }: { readonly report: Outcome['levels'][string] }) {
  if (state === 'not_checked') return <span className="text-muted">{text.notChecked}</span>;
  const said = text.checkedCount(count(checked));
  if (state === 'passed') return <Badge sign={{ tone: 'allow', label: said }} />;
  return (
    <span className="flex flex-wrap gap-x-2">
      <Badge sign={{ tone: 'deny', label: text.failures(count(failures)) }} />
      {said}
    </span>
  );
}
