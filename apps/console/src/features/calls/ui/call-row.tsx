// One call in the live list. The link in it is the row's one stop for the keyboard and spans the row for the mouse.
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { memo } from 'react';
import type { Call } from '../../../api/types.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Link } from '@tanstack/react-router';
import { duration } from '../../time/model/format.ts';
import { Time } from '../../time/ui/time.tsx';
import {
  agentText,
  decisionSign,
  outcomeSign,
  policyText,
  shortId,
  tamperedSign,
  targetText,
} from '../model/wording.ts';
import { text } from '../text.ts';

export const rowId = (call: string): string => `row-${call}`;

interface Props {
  readonly call: Call;
  readonly selected: boolean;
  /** Whether this is the row that Tab leads to. */
  readonly reachable: boolean;
}

export const CallRow = memo(function CallRow({ call, selected, reachable }: Props) {
  const outcome = outcomeSign(call);
  return (
    <tr className={`relative border-b border-line ${selected ? 'bg-selected' : 'bg-surface hover:bg-hover'}`}>
      <td className="cell text-muted">
        <Time iso={call.startedAt} />
      </td>
      <td
        className={`cell hidden max-w-48 truncate @lg:table-cell ${call.agent === null ? 'text-deny' : ''}`}
      >
        {agentText(call)}
      </td>
      <td className="cell w-full max-w-0 min-w-36 @5xl:w-2/5">
        <span className="block truncate text-muted @lg:hidden">{agentText(call)}</span>
        <Link
          id={rowId(call.id)}
          data-row={call.id}
          to="/calls/$call"
          params={{ call: call.id }}
          search={true}
          tabIndex={reachable ? 0 : -1}
          aria-current={selected ? 'true' : undefined}
          className="block truncate font-medium text-ink after:absolute after:inset-0 hover:no-underline"
        >
          <PlainText text={targetText(call)} />{' '}
          <span className="font-normal text-muted">{operationName(call.operation)}</span>
        </Link>
      </td>
      <td className="cell @max-xl:pr-4">
        <Badge sign={call.tampered ? tamperedSign : decisionSign(call.decision)} />
      </td>
      <td className="cell hidden text-muted @max-4xl:pr-4 @xl:table-cell">
        <span className="flex items-center gap-1.5">
          {outcome === null ? null : outcome.tone === 'quiet' ? outcome.label : <Badge sign={outcome} />}
          {call.durationUs !== null && <span className="tabular-nums">{duration(call.durationUs)}</span>}
        </span>
      </td>
      <td className="cell hidden max-w-0 truncate text-muted @5xl:table-cell @5xl:w-2/5">
        {policyText(call)}
      </td>
      <td className="cell hidden font-mono text-xs text-muted @4xl:table-cell">
        {shortId(call.chain)}
        <span className="font-sans">{call.depth > 1 ? text.hop(call.depth) : ''}</span>
      </td>
    </tr>
  );
});

/** `mcp:tools/call` reads as `tools/call`: the upstream says which protocol it speaks. */
function operationName(operation: string): string {
  return operation.slice(operation.indexOf(':') + 1);
}
