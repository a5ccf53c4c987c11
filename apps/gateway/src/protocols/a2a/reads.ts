// What the A2A side of the gateway reads from the store, and whose a task or a context is.
import type { Review } from '../../approvals/types.ts';
import type { AuthenticatedCall } from '../../pipeline/types.ts';
import type { CallRecord } from '../../store/readers/calls.ts';
import type { PushConfigReader } from '../../store/readers/push-configs.ts';
import type { TaskReader } from '../../store/readers/tasks.ts';
import type { Awaitable } from '../../store/types.ts';

export interface A2aReaders {
  readonly tasks: TaskReader;
  readonly pushConfigs: PushConfigReader;
  readonly calls: { get(id: string): Awaitable<CallRecord | null> };
  readonly approvals: { reviews(approval: string): Awaitable<readonly Review[]> };
}

/** Who owns a task or a context: this agent, for this subject ('' where it acts for itself). */
export interface Principal {
  readonly agentUid: string;
  readonly subject: string;
}

export function principalOf({ caller }: AuthenticatedCall): Principal {
  return { agentUid: caller.agent?.uid ?? '', subject: caller.subject?.key ?? '' };
}

export function isOwn(row: Principal & { readonly upstreamUid: string }, call: AuthenticatedCall): boolean {
  const { agentUid, subject } = principalOf(call);
  return row.upstreamUid === call.upstream.uid && row.agentUid === agentUid && row.subject === subject;
}
