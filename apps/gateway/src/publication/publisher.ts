// Gives checkpoints of the log to all who are to hold them, again and again until each has one, also when the log is quiet.
// All are given the same checkpoint for a while, so that enough witnesses cosign one; each keeps its own pace (audit-log.md
// 2.7). Failing to publish never stops the log by itself: `held.ts` says when it is too long ago.
import { withSignatures } from '@countersign/audit';
import type { LogReader } from '../store/readers/log.ts';
import type { PublicationReader, PublicationRecord } from '../store/readers/publications.ts';
import type { LogWriter } from '../store/types.ts';
import type { News } from './news.ts';
import type { Quorum } from './quorum.ts';
import { cosignedRow, entryOf, recordOf, rowOf } from './records.ts';
import type { Attempt, SignedHead, Target } from './types.ts';
import { messageOf } from '../message-of.ts';

export interface PublisherParts {
  readonly writer: LogWriter;
  readonly log: Pick<LogReader, 'latestCheckpoint'>;
  readonly publications: Pick<PublicationReader, 'all' | 'cosigned'>;
  readonly news: News;
  readonly targets: readonly Target[];
  /** Null where no witness is asked for. */
  readonly quorum: Quorum | null;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A checkpoint is chosen at most once in so many milliseconds. */
  readonly intervalMs: number;
  /** Told once for each message: the log is not what it signed. */
  readonly onContradiction: (message: string) => void;
  readonly tell: (message: string) => void;
}

export interface Publisher {
  /** Does what is due; resolves when that has ended. */
  tick(): Promise<void>;
  /** How each target stands, in the order of the configuration. */
  standing(): readonly PublicationRecord[];
  /** Publishes what is not yet, whatever the pace, for at most `ms`, and then nothing any more. */
  finish(ms: number): Promise<void>;
}

const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 300_000;

interface Round {
  readonly head: SignedHead;
  readonly at: number;
}

interface Follower {
  readonly target: Target;
  record: PublicationRecord | null;
  nextAt: number;
  running: Promise<void> | null;
}

export async function createPublisher(parts: PublisherParts): Promise<Publisher> {
  const { writer, log, news, quorum, now, intervalMs, tell } = parts;
  const known = new Map((await parts.publications.all()).map((record) => [record.target, record]));
  const followers = parts.targets.map((target): Follower => {
    return { target, record: known.get(target.id) ?? null, nextAt: 0, running: null };
  });
  /** The cosignatures that each checkpoint of this run got, by the name of the witness. */
  const cosignatures = new Map<number, Map<string, string>>();
  const contradictions = new Set<string>();
  const stopping = new AbortController();
  let round: Round | null = null;
  let recording: Promise<unknown> = Promise.resolve();

  const named = new Set(parts.targets.map(({ id }) => id));
  const gone = [...known.keys()].filter((id) => !named.has(id));
  // Whoever is asked no more is not to be seen failing for ever. What it took stands in the log.
  if (gone.length > 0)
    await writer.commit({
      entries: [],
      changes: gone.map((target) => ({ remove: 'publications', where: { target } })),
    });
  return {
    async tick() {
      if (stopping.signal.aborted) return;
      await chooseHead(false);
      await Promise.all(followers.map((follower) => attemptIfDue(follower, false)));
    },
    standing: () => followers.flatMap(({ record }) => (record === null ? [] : [record])),
    async finish(ms) {
      const timer = setTimeout(() => stopping.abort(), ms);
      try {
        for (const { running } of followers) await running;
        await chooseHead(true);
        await Promise.all(followers.map((follower) => attemptIfDue(follower, true)));
      } finally {
        clearTimeout(timer);
        stopping.abort();
      }
    },
  };

  async function chooseHead(isLast: boolean): Promise<void> {
    if (followers.length === 0) return;
    if (round !== null && !isLast && now() - round.at < intervalMs) return;
    const newest = await log.latestCheckpoint();
    const from = round?.head.size ?? Math.min(...followers.map(({ record }) => record?.size ?? 0));
    if (newest === null || newest.size <= from) return;
    const first = await news.first(from);
    if (first === null || first.index >= newest.size) return;
    round = { head: { size: newest.size, note: newest.note }, at: now() };
    for (const size of cosignatures.keys()) if (size < newest.size) cosignatures.delete(size);
  }

  function attemptIfDue(follower: Follower, isLast: boolean): Promise<void> {
    const held = follower.record?.size ?? 0;
    if (round === null || held >= round.head.size) return Promise.resolve();
    if (!isLast && now() < follower.nextAt) return Promise.resolve();
    follower.running ??= attempt(follower, round.head).finally(() => {
      follower.running = null;
    });
    return follower.running;
  }

  async function attempt(follower: Follower, head: SignedHead): Promise<void> {
    const { target, record: before } = follower;
    const done = await published(target, head, before?.size ?? 0);
    const record = recordOf(target, before, done, now());
    const entry = entryOf(target, before, done, head);
    const result = await inTurn(async () => {
      const cosigned = await withCosignature(target, done);
      return writer.commit({
        entries: entry === null ? [] : [entry],
        changes: [rowOf(record), ...(cosigned === null ? [] : [cosigned])],
      });
    });
    // What is not recorded did not happen: it is tried again, which every target allows.
    const { failures } = result.ok ? record : { failures: 1 };
    if (result.ok) follower.record = record;
    follower.nextAt =
      failures === 0 ? 0 : now() + Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1));
    if (done.result === 'accepted') {
      if (before !== null && before.failures > 0) tell(`${nameOf(target)} takes checkpoints again`);
    } else {
      if (entry !== null) tell(`${nameOf(target)} takes no checkpoint (${done.result}): ${done.error}`);
      contradict(done.contradiction);
    }
  }

  async function published(target: Target, head: SignedHead, size: number): Promise<Attempt> {
    try {
      return await target.publish(head, size, stopping.signal);
    } catch (error) {
      const why = messageOf(error);
      return { result: 'unreachable', error: why, contradiction: null };
    }
  }

  /** The checkpoint with what was added to it now, as a row. */
  async function withCosignature(target: Target, done: Attempt) {
    if (done.result !== 'accepted' || done.cosignature === null || quorum === null) return null;
    const { head, cosignature } = done;
    const lines = cosignatures.get(head.size) ?? (await earlierCosignatures(head));
    cosignatures.set(head.size, lines.set(target.name, cosignature));
    const note = withSignatures(head.note, [...lines.values()].join(''));
    if (!note.ok) return null;
    const isQuorumMet = await quorum.isMet(note.value);
    return cosignedRow({ size: head.size, note: note.value, isQuorumMet, time: now() });
  }

  /** Those that an earlier run got for this very checkpoint. */
  async function earlierCosignatures({ size, note }: SignedHead): Promise<Map<string, string>> {
    const earlier = (await parts.publications.cosigned(size))?.note ?? note;
    const lines = earlier.startsWith(note) ? earlier.slice(note.length).split(/(?<=\n)/) : [];
    return new Map(lines.filter((line) => line !== '').map((line) => [line.split(' ')[1] ?? '', line]));
  }

  /** One after the other: of two cosignatures that come at once, the row that is written last must hold both. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = recording.then(work);
    recording = done.catch(() => undefined);
    return done;
  }

  function contradict(message: string | null): void {
    if (message === null || contradictions.has(message)) return;
    contradictions.add(message);
    parts.onContradiction(message);
  }
}

function nameOf({ kind, name }: Target): string {
  const kinds = {
    witness: 'the witness',
    file: 'the anchor file',
    timestamp: 'the timestamp authority',
    log: 'the log',
  };
  return `${kinds[kind]} \`${name}\``;
}
