// The receipt of a decision on its way to the caller: in a header of whatever answers the call, once the decision is
// durable (DESIGN section 9).
import type { Id } from '@countersign/audit';
import type { Rejection } from '../errors.ts';
import type { EntryReceipt } from '../store/types.ts';
import type { Deps } from './deps.ts';
import type { RecordedCall } from './types.ts';

export const RECEIPT_HEADER = 'countersign-receipt';

type Receipts = Pick<Deps, 'receipts'>;

/** The value of the header. */
export function decisionReceipt(
  { id }: { readonly id: Id<'call'> },
  entry: EntryReceipt,
  { receipts }: Receipts,
): Promise<string> {
  return receipts.issueLine(id, 'decided', entry);
}

/** The refusal, with the receipt of the decision that was recorded before it. One that has a receipt keeps it: it is newer. */
export async function refusedWith(
  rejection: Rejection,
  call: { readonly id: Id<'call'> },
  entry: EntryReceipt | null,
  deps: Receipts,
): Promise<Rejection> {
  if (entry === null || rejection.headers?.[RECEIPT_HEADER] !== undefined) return rejection;
  return withReceiptLine(rejection, await decisionReceipt(call, entry, deps));
}

export function withReceiptLine(rejection: Rejection, line: string): Rejection {
  return { ...rejection, headers: { ...rejection.headers, [RECEIPT_HEADER]: line } };
}

/** The receipts of a call's decision and outcome as JSON text, for an answer that carries them. */
export async function receiptsJson(
  { id }: { readonly id: Id<'call'> },
  decided: EntryReceipt,
  completed: EntryReceipt | null,
  { receipts }: Receipts,
): Promise<string> {
  return JSON.stringify({
    decided: await receipts.issueLine(id, 'decided', decided),
    ...(completed === null ? {} : { completed: await receipts.issueLine(id, 'completed', completed) }),
  });
}

/** Puts the decision's receipt among the headers of an answer; aggregated traffic has none. */
export async function setReceipt(headers: Headers, call: RecordedCall, deps: Receipts): Promise<void> {
  if (call.receipt !== null) headers.set(RECEIPT_HEADER, await decisionReceipt(call, call.receipt, deps));
}
