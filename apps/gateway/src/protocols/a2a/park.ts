// A held message is answered at once with a task of the gateway's own, in AUTH_REQUIRED: people decide out of band, and
// the task says what became of it. A stream begins with that task and goes on with the real work (protocols.md 2.2).
import { ok, type Result } from '../../errors.ts';
import type { Deps } from '../../pipeline/deps.ts';
import type { HeldCall } from '../../pipeline/hold.ts';
import { RECEIPT_HEADER, withReceiptLine } from '../../pipeline/receipted.ts';
import type { TaskRecord } from '../../store/readers/tasks.ts';
import { refuseCall, resultMessage } from './answers.ts';
import { dialectOf } from './dialects/dialects.ts';
import { taskResult } from './held-task.ts';
import type { Followers } from './followers.ts';
import type { OwnTasks } from './own-tasks.ts';
import { type A2aReaders, isOwn } from './reads.ts';
import type { Push } from './push/push.ts';
import type { Setting } from './push/setting.ts';
import type { Releases } from './releases.ts';

export interface ParkDeps {
  readonly pipeline: Deps;
  readonly readers: A2aReaders;
  readonly ownTasks: OwnTasks;
  readonly followers: Followers;
  readonly releases: Pick<Releases, 'look'>;
  readonly push: Pick<Push, 'held'>;
}

/** @param setting what the message sets besides. */
export async function parkMessage(
  held: HeldCall,
  setting: Setting | null,
  deps: ParkDeps,
): Promise<Response> {
  const { call, approval } = held;
  const parked = await taskFor(held, setting, deps);
  if (!parked.ok) return refuseCall(call, withReceiptLine(parked.error, held.receipt));
  const { id } = parked.value;
  const rpcId = call.message?.id ?? null;
  const result = taskResult(await deps.ownTasks.show(parked.value), dialectOf(call));
  const headers = new Headers({
    'cache-control': 'no-store',
    'countersign-call': call.id,
    'countersign-approval': approval.id,
    [RECEIPT_HEADER]: held.receipt,
  });
  const isStream = call.operation === 'a2a:message/stream';
  headers.set('content-type', isStream ? 'text/event-stream' : 'application/json');
  if (isStream) headers.set('x-accel-buffering', 'no');
  const body = isStream ? deps.followers.follow(id, rpcId, result) : resultMessage(rpcId, result);
  // People may have decided before the task stood.
  void deps.releases.look(id);
  return new Response(body, { status: 200, headers });
}

/** An identical message of the same caller joined the request: it has the task that is there already. */
async function taskFor(
  { call, approval }: HeldCall,
  setting: Setting | null,
  deps: ParkDeps,
): Promise<Result<TaskRecord>> {
  const earlier = await deps.readers.tasks.byApproval(approval.id);
  const same = earlier.find((row) => row.parked !== null && isOwn(row, call));
  if (same !== undefined) return ok(same);
  const opened = await deps.ownTasks.open(call, approval);
  const noted =
    opened.ok && setting !== null ? await deps.push.held(setting, opened.value, call.id) : ok(undefined);
  if (!opened.ok || !noted.ok)
    await deps.pipeline.approvals.withdraw(approval.id, 'the held message could not be kept');
  return noted.ok ? opened : noted;
}
