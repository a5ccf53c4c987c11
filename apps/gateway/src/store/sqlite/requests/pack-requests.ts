// Requests on their way to the writer's thread: what is short as one text, and the bytes that belong to it in one piece of memory
// that is given away. WHY: the platform's own copy of nested objects costs several times what JSON does, on both sides; and
// JSON inside of JSON is escaped, which costs several times what its bytes do.
import { inOneBuffer } from './one-buffer.ts';
import type { PreparedEntry } from './prepare-entry.ts';
import type { PendingCommit } from './requests.ts';

/** Plain data. */
export interface PackedRequests {
  /** JSON: for each request what it is, and its entries, with lengths in the places of bytes. */
  readonly requests: string;
  /** The bytes of the entries one after the other, of each its front, its commitments and its frame. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of those requests that do more than append entries, what else they do, by their place. */
  readonly others: ReadonlyMap<number, PendingCommit['request']>;
}

type InBytes = 'front' | 'commits' | 'frame';
type PackedEntry = Omit<PreparedEntry, InBytes> & Readonly<Record<InBytes, number>>;
type PackedRequest = readonly [id: number, time: number, bytes: number, entries: readonly PackedEntry[]];

/** In the place of the length of a frame that is not there. */
const NONE = -1;
const NOTHING_ELSE: PendingCommit['request'] = { entries: [] };

export function packRequests(pending: readonly PendingCommit[]): PackedRequests {
  const pieces: Uint8Array[] = [];
  const others = new Map<number, PendingCommit['request']>();
  const requests = pending.map(({ id, time, bytes, request, prepared = [] }, place): PackedRequest => {
    if (doesMore(request)) others.set(place, { ...request, entries: [] });
    const entries = prepared.map(({ front, commits, frame, ...rest }) => {
      pieces.push(front, commits);
      if (frame !== null) pieces.push(frame);
      return { ...rest, front: front.length, commits: commits.length, frame: frame?.length ?? NONE };
    });
    return [id, time, bytes, entries];
  });
  return { requests: JSON.stringify(requests), bytes: inOneBuffer(pieces), others };
}

export function unpackRequests({ requests, bytes, others }: PackedRequests): readonly PendingCommit[] {
  let at = 0;
  const next = (length: number): Uint8Array => {
    const from = at;
    at += length;
    return bytes.subarray(from, at);
  };
  return (JSON.parse(requests) as readonly PackedRequest[]).map(([id, time, weight, entries], place) => ({
    id,
    time,
    bytes: weight,
    request: others.get(place) ?? NOTHING_ELSE,
    prepared: entries.map((entry): PreparedEntry => {
      const front = next(entry.front);
      const commits = next(entry.commits);
      return { ...entry, front, commits, frame: entry.frame === NONE ? null : next(entry.frame) };
    }),
  }));
}

const doesMore = ({
  changes = [],
  payloads = [],
  preconditions = [],
  pruning,
}: PendingCommit['request']): boolean =>
  changes.length + payloads.length + preconditions.length > 0 || pruning !== undefined;
