// Requests on their way to the writer's thread: entries as one text, and the bytes that belong to them in one piece of memory
// that is given away. WHY: the platform's own copy of nested objects costs several times what JSON does, on both sides.
import { inOneBuffer } from './one-buffer.ts';
import type { PreparedEntry } from './prepare-entry.ts';
import type { PendingCommit } from './requests.ts';

/** Plain data. */
export interface PackedRequests {
  /** All but the entries. */
  readonly requests: readonly PendingCommit[];
  /** JSON: for each request its entries, each with the length of its frame in the frame's place. */
  readonly entries: string;
  /** The frames one after the other. */
  readonly frames: Uint8Array<ArrayBuffer>;
}

type Packed = Omit<PreparedEntry, 'frame'> & { readonly frame: number | null };

export function packRequests(pending: readonly PendingCommit[]): PackedRequests {
  const frames: Uint8Array[] = [];
  const entries = pending.map(({ prepared = [] }) =>
    prepared.map((entry): Packed => {
      if (entry.frame !== null) frames.push(entry.frame);
      return { ...entry, frame: entry.frame?.length ?? null };
    }),
  );
  const requests = pending.map(({ id, time, bytes, request }) => ({ id, time, bytes, request }));
  return { requests, entries: JSON.stringify(entries), frames: inOneBuffer(frames) };
}

export function unpackRequests({ requests, entries, frames }: PackedRequests): readonly PendingCommit[] {
  const unpacked = JSON.parse(entries) as readonly (readonly Packed[])[];
  let at = 0;
  return requests.map((pending, i) => {
    const prepared = (unpacked[i] ?? []).map((entry): PreparedEntry => {
      if (entry.frame === null) return { ...entry, frame: null };
      const from = at;
      at += entry.frame;
      return { ...entry, frame: frames.subarray(from, at) };
    });
    return { ...pending, prepared };
  });
}
