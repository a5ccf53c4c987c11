// Makes a commit request ready to be copied to the writer thread: how much it weighs, and byte values without the
// larger buffers that they are views of.
import type { CommitRequest } from '../../types.ts';

const PER_ENTRY_BYTES = 1024;

export interface PreparedRequest {
  readonly request: CommitRequest;
  readonly bytes: number;
}

export function prepareRequest(request: CommitRequest): PreparedRequest {
  let bytes = 0;
  const compact = <T>(value: T): T | Uint8Array => {
    if (typeof value === 'string') bytes += value.length;
    if (!(value instanceof Uint8Array)) return value;
    bytes += value.byteLength;
    // WHY: a view is copied to another thread with its whole buffer. The copy also keeps the caller from changing what
    // is being recorded.
    return new Uint8Array(value);
  };
  const compactAll = <T extends object>(values: T): T =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, compact(value)])) as T;

  const entries = request.entries.map((draft) => {
    bytes += PER_ENTRY_BYTES;
    return { ...draft, details: compactAll(draft.details) } as typeof draft;
  });
  const changes = (request.changes ?? []).map((change) => {
    if ('row' in change) return { ...change, row: compactAll(change.row) };
    return 'set' in change ? { ...change, set: compactAll(change.set) } : change;
  });
  return { request: { ...request, entries, changes }, bytes };
}
