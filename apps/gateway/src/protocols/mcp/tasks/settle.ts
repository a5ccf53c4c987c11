// That a task ended goes on record before anybody is told what it came to, once; whoever is told carries its labels from then on.
// What is told again must be what is on record (DESIGN sections 5, 6).
import { labelsOfOutput } from '../../../classifiers/of-call.ts';
import { ok, type Result } from '../../../errors.ts';
import { holdersOf } from '../../../pipeline/facts.ts';
import { exposureChanges } from '../../../pipeline/record.ts';
import type { CompletedCall } from '../../../pipeline/types.ts';
import type { TaskRecord } from '../../../store/readers/tasks.ts';
import type { Change, CommitRequest } from '../../../store/types.ts';
import type { TaskAdmitDeps } from './admit.ts';
import { invalidTask, unrecorded } from './bind.ts';
import type { ToldTask } from './form.ts';
import { changed, digestOf, expiryOf, recordedDigest, settled } from './rows.ts';
import { type EndStatus, endedRow, isEnd, isSettled } from './states.ts';

/** Somebody else changed the same row meanwhile: read it again. */
const ATTEMPTS = 4;
/** A server may say another time with each poll; a change is worth a write only where it is one. */
const EXPIRY_STEP_MS = 60_000;

/** @param result JSON text as it is told; null where nothing of it is. */
export async function settleTask(
  call: CompletedCall,
  row: TaskRecord,
  end: EndStatus,
  result: string | null,
  deps: TaskAdmitDeps,
): Promise<Result<void>> {
  const { pipeline, tasks } = deps;
  const exposed = await exposures(call, row, deps);
  for (let now: TaskRecord | null = row, tries = 0; now !== null && tries < ATTEMPTS; tries++) {
    if (isSettled(now)) return again(call, now, result, exposed, deps);
    const request = await settled(now, end, result, pipeline.now(), tasks);
    const done = await pipeline.writer.commit({ ...request, changes: [...request.changes, ...exposed] });
    if (done.ok) return ok(undefined);
    if (done.code === 'log_unavailable') return unrecorded(call, done.message);
    now = await tasks.tasks.byUpstream(row.upstreamUid, row.upstreamTask ?? '');
  }
  return unrecorded(call, 'its row kept changing');
}

async function again(
  call: CompletedCall,
  row: TaskRecord,
  result: string | null,
  exposed: readonly Change[],
  deps: TaskAdmitDeps,
): Promise<Result<void>> {
  if (result === null) return ok(undefined);
  // Only one outcome is on record, so only that one is told.
  if (recordedDigest(row) !== digestOf(result))
    return invalidTask(call, 'it tells another result of the task than the one that is on record');
  return write(call, { entries: [], changes: exposed }, deps);
}

/** How it stands, where that tells no result: that it ended is kept, so that its end can be recorded with its result. */
export async function noteStatus(
  call: CompletedCall,
  row: TaskRecord,
  told: ToldTask,
  deps: TaskAdmitDeps,
): Promise<Result<void>> {
  const { pipeline } = deps;
  const ended = isEnd(told.status) ? endedRow(told.status) : null;
  if (told.status === 'cancelled') return settleTask(call, row, 'cancelled', null, deps);
  const now = pipeline.now();
  const expires = expiryOf(told, row.createdAt);
  const set = {
    ...(ended !== null && ended !== row.state && !isSettled(row) ? { state: ended } : {}),
    ...(Math.abs(expires - (row.expiresAt ?? 0)) > EXPIRY_STEP_MS ? { expires_at: expires } : {}),
  };
  const own = Object.keys(set).length === 0 ? { changes: [], preconditions: [] } : changed(row, set, now);
  const { reads } = pipeline;
  const labels = await reads.chainLabels(row.chain);
  const seen = new Set(await reads.exposure(holdersOf(call), now));
  const exposed = labels.every((label) => seen.has(label)) ? [] : await exposures(call, row, deps);
  // Whoever was first at the row, its caller is exposed all the same.
  const noted = await write(call, { entries: [], ...own }, deps);
  return noted.ok ? write(call, { entries: [], changes: exposed }, deps) : noted;
}

/** What the work has touched, whoever hears of it is exposed to, before it sees the first byte of it. */
async function exposures(
  call: CompletedCall,
  row: TaskRecord,
  { pipeline }: TaskAdmitDeps,
): Promise<readonly Change[]> {
  return exposureChanges(holdersOf(call), await pipeline.reads.chainLabels(row.chain), call, pipeline);
}

/**
 * What is said in it labels whoever is told, and the task's chain, as it would in the answer of a direct call.
 *
 * @param told the JSON-RPC message as it will be told.
 */
export async function labelTold(
  call: CompletedCall,
  told: Uint8Array,
  deps: TaskAdmitDeps,
): Promise<Result<void>> {
  const { pipeline } = deps;
  const text = Buffer.from(told).toString('utf8');
  const labels = labelsOfOutput(call, [text], pipeline.classifiers);
  return write(
    call,
    { entries: [], changes: exposureChanges(holdersOf(call), labels, call, pipeline) },
    deps,
  );
}

async function write(
  call: CompletedCall,
  request: CommitRequest,
  { pipeline }: TaskAdmitDeps,
): Promise<Result<void>> {
  if (request.changes?.length === 0) return ok(undefined);
  const done = await pipeline.writer.commit(request);
  // Another answer about the same task was first: what it noted holds.
  if (done.ok || done.code !== 'log_unavailable') return ok(undefined);
  return unrecorded(call, done.message);
}
