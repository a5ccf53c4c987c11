// The receipts of the call that a task works for, in the result that it came to, where its server's manifest says
// `receipts: inline`: of the decision, and of the outcome that the call had when it was answered with the task.
import type { CompletedCall } from '../../../pipeline/types.ts';
import type { EntryRecord } from '../../../store/readers/calls.ts';
import type { TaskRecord } from '../../../store/readers/tasks.ts';
import type { EntryReceipt } from '../../../store/types.ts';
import { inlineReceipts, isInline } from '../inline-receipts.ts';
import type { TaskAdmitDeps } from './admit.ts';

/** @param bytes a JSON-RPC answer with the result. */
export async function withTaskReceipts(
  call: CompletedCall,
  row: TaskRecord,
  bytes: Uint8Array,
  { pipeline, tasks }: TaskAdmitDeps,
): Promise<Uint8Array> {
  if (!isInline(call)) return bytes;
  const entries = await tasks.calls.entries(row.call);
  const last = (kind: EntryRecord['header']['kind']): EntryReceipt | null => {
    const found = entries.findLast(({ header }) => header.kind === kind);
    return found === undefined
      ? null
      : { index: found.header.index, leaf: found.leaf, time: found.header.time };
  };
  const of = { ...call, id: row.call as CompletedCall['id'], receipt: last('call.decided') };
  return inlineReceipts(of, bytes, last('call.completed'), pipeline);
}
