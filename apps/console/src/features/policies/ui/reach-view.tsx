// What a change of policies means: which agents may do what they could not, what they no longer may, and what depends on the
// call now.
import { Link } from '@tanstack/react-router';
import { Badge } from '../../../ui/badge.tsx';
import { answerSign } from '../../agents/model/inventory.ts';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { type Reach, type ReachGroup, reachGroups, type ReachRow } from '../model/reach.ts';
import { directionText, shiftText, versionText } from '../text.ts';

/** Names of one row that are shown. */
const MOST_NAMES = 12;
const MOST_ROWS = 50;

export function ReachView({ reach }: { readonly reach: Reach }) {
  const { agents, targets, isCut } = reach;
  if (agents === 0 || targets === 0) return <p className="text-muted">{versionText.nobodyAsked}</p>;
  const groups = reachGroups(reach);
  return (
    <>
      <p className="mb-2 text-muted">{versionText.asked(agents, targets)}</p>
      {groups.length === 0 && <p>{versionText.noReach}</p>}
      <ul className="space-y-2">
        {groups.map((group) => (
          <li key={`${group.before} ${group.after}`} className="rounded-md border border-line">
            <Group group={group} />
          </li>
        ))}
      </ul>
      {isCut && <p className="mt-2 text-muted">{versionText.cut}</p>}
    </>
  );
}

function Group({ group }: { readonly group: ReachGroup }) {
  const { before, after, direction, count, rows } = group;
  const left = rows.length - MOST_ROWS;
  return (
    <article aria-label={shiftText(before, after)}>
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 px-3 py-1.5">
        <strong className="font-semibold">{shiftText(before, after)}</strong>
        {before !== after && (
          <span className="inline-flex items-center gap-1">
            <Badge sign={answerSign(before)} />
            <span aria-hidden="true">→</span>
            <Badge sign={answerSign(after)} />
          </span>
        )}
        <span className="ml-auto text-muted">
          {directionText[direction]} · {versionText.pairs(count)}
        </span>
      </p>
      <ul className="border-t border-line bg-sunken">
        {rows.slice(0, MOST_ROWS).map((row) => (
          <li
            key={`${row.agents.join(' ')} ${row.targets.join(' ')}`}
            className="border-t border-line px-3 py-1.5 first:border-t-0"
          >
            <Row row={row} />
          </li>
        ))}
        {left > 0 && <li className="px-3 py-1.5 text-muted">{versionText.more(left)}</li>}
      </ul>
    </article>
  );
}

function Row({ row: { agents, targets, policies } }: { readonly row: ReachRow }) {
  const agentsLeft = agents.length - MOST_NAMES;
  const targetsLeft = targets.length - MOST_NAMES;
  return (
    <p className="wrap-anywhere">
      {agents.slice(0, MOST_NAMES).map((agent, index) => (
        <span key={agent}>
          {index > 0 && ', '}
          <Link to="/agents/$agent" params={{ agent }} className="font-medium">
            <PlainText text={agent} />
          </Link>
        </span>
      ))}
      {agentsLeft > 0 && <span className="text-muted"> {versionText.more(agentsLeft)}</span>}
      <span aria-hidden="true" className="text-muted">
        {' '}
        →{' '}
      </span>
      <span className="font-mono text-xs">
        <PlainText text={targets.slice(0, MOST_NAMES).join(', ')} />
      </span>
      {targetsLeft > 0 && <span className="text-muted"> {versionText.more(targetsLeft)}</span>}
      {policies.length > 0 && (
        <span className="text-muted">
          {' '}
          · {versionText.through} <span className="font-mono text-xs">{policies.join(', ')}</span>
        </span>
      )}
    </p>
  );
}
