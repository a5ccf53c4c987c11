// The columns of the list of calls. The link in a row is its one stop for the keyboard and spans the row for the mouse.
// Hundreds of rows are drawn in a second of scrolling: what stands in one is as little as says it.
import {
  columnVisibilityFeature,
  createColumnHelper,
  rowSelectionFeature,
  tableFeatures,
} from '@tanstack/react-table';
import { createContext, use } from 'react';
import type { Call } from '../../../api/types.ts';
import { Badge } from '../../../ui/badge.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
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

export const features = tableFeatures({ rowSelectionFeature, columnVisibilityFeature });

export const rowId = (call: string): string => `row-${call}`;

/** What the table tells a row: whether its call is open, and whether Tab leads to it. */
export const Standing = createContext<'' | 'open' | 'reachable' | 'open reachable'>('');

/** Where a call is opened beside what is asked for. */
export const CallHref = createContext<(call: string) => string>((call) => call);

const helper = createColumnHelper<typeof features, Call>();

export const columns = helper.columns([
  helper.display({
    id: 'pick',
    header: () => <span className="sr-only">{text.columns.pick}</span>,
    cell: ({ row }) => (
      // Beside the link, which spans the rest of the row.
      <label className="grid size-6 place-items-center">
        <input
          type="checkbox"
          aria-label={text.pick(targetText(row.original))}
          tabIndex={-1}
          checked={row.getIsSelected()}
          disabled={!row.getCanSelect()}
          onChange={row.getToggleSelectedHandler()}
          className="accent-accent"
        />
      </label>
    ),
  }),
  helper.accessor('startedAt', {
    id: 'time',
    header: text.columns.time,
    cell: ({ row }) => <Time iso={row.original.startedAt} />,
  }),
  helper.accessor('agent', {
    id: 'agent',
    header: text.columns.agent,
    cell: ({ row: { original: call } }) => (
      <span className={call.agent === null ? 'text-deny' : ''}>{agentText(call)}</span>
    ),
  }),
  helper.display({
    id: 'call',
    header: text.columns.call,
    cell: ({ row }) => <Target call={row.original} />,
  }),
  helper.accessor('decision', {
    id: 'decision',
    header: text.columns.decision,
    cell: ({ row: { original: call } }) => (
      <span className="flex">
        <Badge sign={call.tampered ? tamperedSign : decisionSign(call.decision)} />
      </span>
    ),
  }),
  helper.display({
    id: 'outcome',
    header: text.columns.outcome,
    cell: ({ row }) => <Outcome call={row.original} />,
  }),
  helper.display({ id: 'policy', header: text.columns.policy, cell: ({ row }) => policyText(row.original) }),
  helper.display({
    id: 'chain',
    header: text.columns.chain,
    cell: ({ row: { original: call } }) => (
      <>
        {shortId(call.chain)}
        {call.depth > 1 && <span className="font-sans">{text.hop(call.depth)}</span>}
      </>
    ),
  }),
  helper.accessor('owner', {
    id: 'owner',
    header: text.columns.owner,
    cell: ({ row }) => row.original.owner,
  }),
  helper.accessor('team', { id: 'team', header: text.columns.team, cell: ({ row }) => row.original.team }),
  helper.accessor('subject', {
    id: 'subject',
    header: text.columns.subject,
    // Whoever issues tokens names them.
    cell: ({ row: { original: call } }) => call.subject !== null && <PlainText text={call.subject} />,
  }),
  helper.accessor('upstream', {
    id: 'server',
    header: text.columns.server,
    cell: ({ row }) => row.original.upstream,
  }),
  helper.accessor('durationUs', {
    id: 'duration',
    header: text.columns.duration,
    cell: ({ row: { original: call } }) => call.durationUs !== null && duration(call.durationUs),
  }),
]);

function Target({ call }: { readonly call: Call }) {
  const standing = use(Standing);
  return (
    <>
      <span className="block clipped text-muted @lg:hidden">{agentText(call)}</span>
      <a
        id={rowId(call.id)}
        data-row={call.id}
        href={use(CallHref)(call.id)}
        tabIndex={standing.endsWith('reachable') ? 0 : -1}
        aria-current={standing.startsWith('open') ? 'true' : undefined}
        className="block clipped font-medium text-ink after:absolute after:inset-y-0 after:right-0 after:left-10 hover:no-underline"
      >
        <PlainText text={targetText(call)} />{' '}
        <span className="font-normal text-muted">{operationName(call.operation)}</span>
      </a>
    </>
  );
}

function Outcome({ call }: { readonly call: Call }) {
  const outcome = outcomeSign(call);
  return (
    <span className="flex items-center gap-1.5">
      {outcome === null ? null : outcome.tone === 'quiet' ? outcome.label : <Badge sign={outcome} />}
      {call.durationUs !== null && (
        <span data-took="" className="tabular-nums">
          {duration(call.durationUs)}
        </span>
      )}
    </span>
  );
}

/** `mcp:tools/call` reads as `tools/call`: the upstream says which protocol it speaks. */
function operationName(operation: string): string {
  return operation.slice(operation.indexOf(':') + 1);
}
