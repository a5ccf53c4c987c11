// A call that was carried out, and whose answer cannot be told: the refusal that stands in its place.
import { refuse, type Rejection } from '../errors.ts';

/** @param rpcCode of JSON-RPC's own range, where the answer was an error with one. */
export function maskFailed(call: { readonly id: string }, why: string, rpcCode?: number): Rejection {
  const { error } = refuse(
    'mask_failed',
    `mask_failed: ${why}`,
    `the call ${call.id} was carried out, but its answer is withheld, because it cannot be shown to be without what is ` +
      `masked (mask_failed): ${why}; do not retry it`,
    { data: { reason: 'mask_failed', callId: call.id }, ...(rpcCode === undefined ? {} : { rpcCode }) },
  );
  return error;
}

/** For the record of an answer in which notes stand for some parts. */
export function notesText(notes: number): string | null {
  return notes === 0 ? null : `mask_failed: ${notes} part(s) of the answer were withheld`;
}
