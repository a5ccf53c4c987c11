// Goes over the log again and again, slowly, and looks for every call of it in the index: a row that was hidden, moved,
// added or turned round while the gateway runs is found without anybody asking. A few rows at a time, between calls.
// Compares what headers say, and what finds calls with their rows, block by block; `log fsck` compares everything.
import { setTimeout as delay } from 'node:timers/promises';
import { type EntryHeader, parseEntry } from '@countersign/audit';
import type Database from 'better-sqlite3';
import { createPackedCheck, PACKED_FACETS } from '../store/sqlite/calls/check-packed.ts';
import { openForReading } from '../store/sqlite/open.ts';

export interface IndexStatus {
  /** `checking`: the first pass goes on. `checked`: the last whole pass found nothing. `altered`: something was found. */
  readonly state: 'checking' | 'checked' | 'altered';
  /** How many entries the pass that goes on has looked at. */
  readonly checkedTo: number;
  /** Since the start; the same one counts in each pass. */
  readonly faults: number;
  /** The first that was found, null when none was. */
  readonly message: string | null;
  /** When a pass last came to its end, in milliseconds since the epoch. */
  readonly checkedAt: number | null;
}

export interface IndexWatch {
  status(): IndexStatus;
  close(): Promise<void>;
}

export interface WatchTimes {
  readonly betweenSlices: number;
  readonly betweenPasses: number;
  /** Between blocks of what finds calls: two thousand calls by one facet. */
  readonly betweenBlocks: number;
}

/** About a hundredth of the thread: a million entries in a quarter of an hour, what finds a million calls in an hour. */
const TIMES: WatchTimes = { betweenSlices: 50, betweenPasses: 60_000, betweenBlocks: 400 };
const SLICE_ENTRIES = 64;

interface CallRow {
  readonly seq: number;
  readonly first_index: number;
  readonly decided_index: number;
  readonly ended_index: number | null;
  readonly decision: string;
  readonly reason: string;
  readonly agent_uid: string | null;
  readonly upstream_uid: string | null;
  readonly approval: string | null;
  readonly chain: string;
  readonly outcome: string | null;
}

/** `onFault` hears of the first fault only. */
export function watchIndex(
  database: string,
  now: () => number,
  onFault: (message: string) => void,
  times: WatchTimes = TIMES,
): IndexWatch {
  const db = openForReading(database, 1000);
  const slice = createSlice(db);
  const packed = createPackedCheck(db);
  const ending = new AbortController();
  let status: IndexStatus = { state: 'checking', checkedTo: 0, faults: 0, message: null, checkedAt: null };

  function found(faults: readonly string[]): void {
    const [first] = faults;
    if (first === undefined) return;
    if (status.message === null) onFault(first);
    status = {
      ...status,
      state: 'altered',
      faults: status.faults + faults.length,
      message: status.message ?? first,
    };
  }

  async function run(): Promise<void> {
    for (;;) {
      let at: Place = slice.start();
      for (let isOver = false; !isOver; ) {
        const read = slice(at);
        found(read.faults);
        ({ at, isOver } = read);
        status = { ...status, checkedTo: at.index };
        if (!isOver) await rest(times.betweenSlices);
      }
      status = {
        ...status,
        state: status.state === 'checking' ? 'checked' : status.state,
        checkedAt: now(),
      };
      await rest(times.betweenPasses);
    }
  }

  /** A bit that was cleared hides a call from searches although its row is as it was. */
  async function runBlocks(): Promise<void> {
    for (;;) {
      const { from, to } = packed.segments();
      for (let segment = from; segment < to; segment += 1) {
        for (const facet of PACKED_FACETS) {
          found(packed.compare([facet], segment).faults.map(({ message }) => message));
          await rest(times.betweenBlocks);
        }
      }
      await rest(times.betweenPasses);
    }
  }

  const rest = (ms: number): Promise<void> => delay(ms, undefined, { ref: false, signal: ending.signal });

  const untilEnded = (work: Promise<void>): Promise<void> =>
    work.catch((error: unknown) => {
      if (!ending.signal.aborted) found([`the index could not be checked: ${String(error)}`]);
    });
  const ended = Promise.all([untilEnded(run()), untilEnded(runBlocks())]).then(() => db.close());

  return {
    status: () => status,
    async close() {
      ending.abort();
      await ended;
    },
  };
}

interface Place {
  /** The next entry. */
  readonly index: number;
  /** Where the next call has to stand; null where entries are missing, so that nobody can tell. */
  readonly seq: number | null;
}

interface Read {
  readonly at: Place;
  readonly faults: readonly string[];
  readonly isOver: boolean;
}

interface Slice {
  (from: Place): Read;
  /** The first entry that is not archived, and its call. */
  start(): Place;
}

function createSlice(db: Database.Database): Slice {
  const begin = db.prepare<[], Place>('SELECT archived_to AS "index", first_call AS seq FROM log_head');
  const start = (): Place => begin.get() ?? { index: 0, seq: 0 };
  const entries = db.prepare<[number, number], { idx: number; header: Uint8Array }>(
    'SELECT idx, header FROM entries WHERE idx >= ? ORDER BY idx LIMIT ?',
  );
  const callOf = db.prepare<[string], CallRow>(
    `SELECT seq, first_index, decided_index, ended_index, decision, reason, agent_uid, upstream_uid, approval, chain, outcome
     FROM calls WHERE id = ?`,
  );
  const ends = db.prepare<[number], { least: number | null; most: number | null }>(
    'SELECT min(seq) AS least, max(seq) AS most FROM calls WHERE seq >= ?',
  );
  // One snapshot: a call that is recorded meanwhile must not look as if it had been hidden, or added.
  const read = db.transaction((from: Place): Read => {
    const rows = entries.all(from.index, SLICE_ENTRIES);
    const faults: string[] = [];
    let { index, seq } = from;
    for (const { idx, header } of rows) {
      if (idx !== index) seq = null;
      index = idx + 1;
      const entry = parseEntry(header);
      // The follower of the log says what is wrong with entries.
      if (!entry.ok || entry.value.call === null) continue;
      const { value } = entry;
      const call = callOf.get(entry.value.call);
      faults.push(...faultsOf(value, call, seq));
      if (value.kind === 'call.decided' && value.body.round === 1)
        seq = seq === null ? (call === undefined ? null : call.seq + 1) : seq + 1;
    }
    const isOver = rows.length < SLICE_ENTRIES;
    if (isOver && seq !== null) {
      const first = start().seq ?? 0;
      const { least, most } = ends.get(first) ?? { least: null, most: null };
      if ((least ?? first) !== first || (most ?? first - 1) !== seq - 1)
        faults.push(`the index has calls numbered ${least} to ${most}, and the log tells of ${seq}`);
    }
    return { at: { index, seq }, faults, isOver };
  });
  return Object.assign((from: Place) => read(from), { start });
}

function faultsOf(entry: EntryHeader, call: CallRow | undefined, seq: number | null): readonly string[] {
  if (entry.kind !== 'call.decided' && entry.kind !== 'call.completed' && entry.kind !== 'call.unknown')
    return [];
  if (call === undefined) {
    // A log that goes on from another ends what that left open; what is missing was missing where it was decided.
    return entry.kind === 'call.decided'
      ? [`call ${entry.call} of entry ${entry.index} is missing from the index`]
      : [];
  }
  return differences(entry, call, seq).map(
    (what) => `call ${entry.call} in the index is not what entry ${entry.index} says: \`${what}\``,
  );
}

function differences(
  entry: EntryHeader<'call.decided'> | EntryHeader<'call.completed'> | EntryHeader<'call.unknown'>,
  call: CallRow,
  seq: number | null,
): readonly string[] {
  const wanted: [string, boolean][] = [];
  if (entry.kind === 'call.decided') {
    const { round, decision, reason, upstream, approval } = entry.body;
    if (round === 1) {
      wanted.push(['first_index', call.first_index === entry.index]);
      wanted.push(['seq', seq === null || call.seq === seq]);
    }
    wanted.push(['decided_index', call.decided_index >= entry.index]);
    if (call.decided_index === entry.index) {
      wanted.push(['decision', call.decision === decision], ['reason', call.reason === reason]);
      wanted.push(
        ['agent_uid', call.agent_uid === entry.agent],
        ['upstream_uid', call.upstream_uid === upstream],
      );
      wanted.push(['approval', call.approval === approval], ['chain', call.chain === entry.chain?.id]);
    }
  } else {
    wanted.push(['ended_index', call.ended_index === entry.index]);
    wanted.push(['outcome', entry.kind === 'call.unknown' || call.outcome === entry.body.outcome]);
  }
  return wanted.flatMap(([what, isSo]) => (isSo ? [] : [what]));
}
