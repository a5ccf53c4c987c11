// Calls as rows of a table.
import type { Call, OlderCalls } from '../admin/client.ts';
import { type Cell, toned } from './table.ts';
import { duration, time } from './text.ts';

export const CALL_HEAD = ['time', 'agent', 'call', 'decision', 'by', 'state', 'duration', 'id'] as const;

export function callRows(calls: readonly Call[], isUtc: boolean): Cell[][] {
  return calls.map((call) => [
    time(call.startedAt, isUtc),
    call.agent ?? '(unregistered)',
    targetOf(call),
    call.tampered ? { text: 'INDEX CHANGED', tone: 'bad' } : toned(call.decision),
    decidedBy(call),
    toned(outcomeOf(call)),
    duration(call.durationUs),
    call.id,
  ]);
}

/** That older calls are somewhere else, which is not the same as that there are none. */
export function olderText({ to, before }: OlderCalls, isUtc: boolean): string {
  return (
    `calls that began before ${time(before, isUtc)} are in archives and not shown (entries before ${to}): ` +
    '`countersign export` finds them, and `countersign log entries --kind log.pruned` says where they are'
  );
}

/** What was called: `server/tool`, or the agent. */
export function targetOf({ upstream, resource, operation }: Call): string {
  if (upstream === null) return operation;
  return resource === null || resource === upstream ? upstream : `${upstream}/${resource}`;
}

/** The determining policies; where there are none, the reason. */
export function decidedBy({ policies, reason }: Call): string {
  return policies.length === 0 ? reason : policies.join(', ');
}

/** The outcome of what was forwarded, else the state that the call is in. */
export function outcomeOf({ outcome, state }: Call): string {
  return outcome ?? state;
}
