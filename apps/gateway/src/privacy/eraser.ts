// Carries out erasures that were agreed to: in batches, each one commit with the entry that says so, going on where a
// crash stopped it; then the keys, then the traces in the files. What a restored backup brings back is erased again,
// before the gateway serves.
import { type EntryDraft, isId, parseEntry, redactedRanges, redactionText } from '@countersign/audit';
import { StoreError } from '../store/store-error.ts';
import type { Readers } from '../store/readers.ts';
import type { CommitRequest, LogWriter, PayloadChange } from '../store/types.ts';
import type { Erasure, ErasureList, ListedErasure } from './erasure-list.ts';
import type { Target } from './selection.ts';

export interface EraserDeps {
  readonly writer: LogWriter;
  readonly readers: Pick<Readers, 'changes' | 'erasures' | 'log' | 'payloads' | 'calls'>;
  readonly list: ErasureList;
  readonly tell: (message: string) => void;
}

export interface Eraser {
  /**
   * What the commit holds that makes an erasure true: its first batch. `persons` are names under which somebody is to be
   * forgotten; they are in no file, and so only in this commit.
   */
  first(erasure: Erasure, persons: readonly string[]): Promise<CommitRequest>;
  /** Does the rest of what was agreed to, one erasure after another; resolves when there is nothing left to do. */
  goOn(): Promise<void>;
  /** Whether something that was agreed to is not done. */
  isBehind(): boolean;
  /** Before the gateway serves: finishes what was begun, and erases again what is back. Returns how many were. */
  restart(): Promise<{ readonly finished: number; readonly again: number }>;
}

const BATCH = 128;
/** A file that is larger is rewritten at the next start: until then commits would wait for too long. */
const SCRUB_AT_ONCE_BYTES = 1 << 30;
const SCRUB_TRIES = 50;
const SCRUB_PAUSE_MS = 100;

export function createEraser(deps: EraserDeps): Eraser {
  const { writer, readers, list, tell } = deps;
  let running: Promise<void> = Promise.resolve();
  let isTold = false;

  async function first(erasure: Erasure, persons: readonly string[]): Promise<CommitRequest> {
    const batch = await batchOf(erasure, erasure.targets.slice(0, BATCH), erasure.keys.length);
    return {
      entries: batch.entries,
      changes: [
        {
          insert: 'erasures',
          row: {
            change: erasure.change,
            done: Math.min(BATCH, erasure.targets.length),
            total: erasure.targets.length,
          },
        },
      ],
      payloads: [
        { retire: erasure.keys },
        ...batch.payloads,
        ...persons.map((name) => ({ forgetPerson: name })),
      ],
    };
  }

  async function batchOf(erasure: Erasure, targets: readonly Target[], keys: number) {
    const payloads: PayloadChange[] = [];
    for (const { index, names } of targets) {
      payloads.push({ erase: index, names, left: erasure.left });
      const header = await headerOf(index);
      if (header?.kind === 'call.decided' && header.call !== null && names.includes('request'))
        payloads.push({ forgetCall: header.call });
    }
    return { entries: [redacted(erasure, targets, keys)], payloads };
  }

  async function headerOf(index: number) {
    const stored = await readers.log.entry(index);
    const parsed = stored === null ? null : parseEntry(stored.header);
    return parsed?.ok === true ? parsed.value : null;
  }

  /** From the first target that is not done. */
  async function finish(erasure: ListedErasure): Promise<void> {
    const { change, targets, keys } = erasure;
    const progress = await readers.erasures.get(change);
    for (let done = progress?.done ?? targets.length; done < targets.length; done += BATCH) {
      const batch = await batchOf(erasure, targets.slice(done, done + BATCH), 0);
      await commit({
        ...batch,
        changes: [
          { update: 'erasures', set: { done: Math.min(done + BATCH, targets.length) }, where: { change } },
        ],
        preconditions: [{ table: 'erasures', where: { change, done }, expect: 'exists' }],
      });
    }
    await emptyKeys(keys);
    await commit({ entries: [], payloads: [{ destroy: keys }] });
    const left = await readers.payloads.existing(keys);
    if (left.length > 0)
      throw new StoreError('unavailable', `${left.length} keys of the erasure \`${change}\` are still there`);
    list.mark(change, 'done');
  }

  /** What else is sealed with these keys is sealed anew, so that they can go. */
  async function emptyKeys(keys: readonly number[]): Promise<void> {
    for (;;) {
      const rest = await readers.payloads.underKeys(keys, BATCH);
      if (rest.length === 0) return;
      await commit({ entries: [], payloads: rest.map((index) => ({ reseal: index })) });
      const same = await readers.payloads.underKeys(keys, BATCH);
      // A value that does not open any more cannot be sealed anew, and says nothing to anybody.
      if (same.length === rest.length && same.every((index, i) => index === rest[i])) {
        await eraseUnreadable(same);
      }
    }
  }

  async function eraseUnreadable(indexes: readonly number[]): Promise<void> {
    const targets: Target[] = [];
    for (const index of indexes) {
      const header = await headerOf(index);
      if (header !== null) targets.push({ index, names: committed(header.commits) });
    }
    await commit({
      entries: [
        redacted(
          {
            change: '',
            targets,
            keys: [],
            left: 'holder',
            basis: 'their key was destroyed with an erasure, so that they cannot be read',
            exports: '[]',
            actor: '{}',
          },
          targets,
          0,
        ),
      ],
      payloads: indexes.map((index) => ({ erase: index, names: null, left: 'holder' })),
    });
  }

  async function scrub(erasures: readonly ListedErasure[], isStart: boolean): Promise<void> {
    const due = erasures.filter(({ state }) => state === 'done');
    if (due.length === 0) return;
    const { database } = await readers.payloads.fileBytes();
    if (database > SCRUB_AT_ONCE_BYTES && !isStart) {
      if (!isTold)
        tell('what was erased may have left traces in free space of the database: they go at the next start');
      isTold = true;
      return;
    }
    for (let tries = 0; tries < SCRUB_TRIES; tries += 1) {
      await commit({ entries: [], payloads: [{ scrub: true }] });
      // A reader in the middle of a read keeps the write-ahead log from being emptied.
      if ((await readers.payloads.fileBytes()).wal === 0) {
        for (const { change } of due) list.mark(change, 'scrubbed');
        return;
      }
      await new Promise<void>((resolve) => setTimeout(resolve, SCRUB_PAUSE_MS));
    }
    tell('what was erased may have left traces in the write-ahead log: they go at the next start');
  }

  async function commit(request: CommitRequest): Promise<void> {
    const result = await writer.commit(request);
    if (result.ok) return;
    throw new StoreError('unavailable', result.code === 'log_unavailable' ? result.message : result.code);
  }

  async function finishAll(isStart: boolean): Promise<number> {
    let finished = 0;
    for (const erasure of list.all()) {
      if (erasure.state !== 'intended' && erasure.state !== 'begun') continue;
      // Written down before it was committed, and then not committed; or a backup from before it was put back.
      if ((await readers.erasures.get(erasure.change)) === null) continue;
      await finish(erasure);
      finished += 1;
    }
    await scrub(list.all(), isStart);
    return finished;
  }

  /** What was erased is there again, under the keys that were destroyed or came back as well, or under earlier ones. */
  async function eraseAgain(erasure: ListedErasure): Promise<boolean> {
    const { change, targets: asked } = erasure;
    const progress = await readers.erasures.get(change);
    // WHY not by the keys alone: what else was sealed with a key that another erasure destroyed was sealed anew since the
    // backup was made, so that this erasure knows only the later key.
    const isOlder = progress === null || progress.done < progress.total;
    const destroyed = new Set(erasure.keys);
    const sealed = new Map(
      (await readers.payloads.sealedOf(asked.map(({ index }) => index))).map(({ index, key }) => [
        index,
        key,
      ]),
    );
    const back = new Map<number, number>();
    for (const { index, names } of asked) {
      const key = sealed.get(index);
      if (key === undefined) continue;
      if (destroyed.has(key) || (isOlder && (await isThere(index, names)))) back.set(index, key);
    }
    if (back.size === 0) return false;
    const keys = [...new Set([...erasure.keys, ...back.values()])];
    const readable = new Set(await readers.payloads.existing(keys));
    const targets: Target[] = [];
    for (const { index, names } of asked) {
      const key = back.get(index);
      if (key === undefined) continue;
      // Without its key, what was to stay of an entry is gone with what was erased.
      const header = readable.has(key) ? null : await headerOf(index);
      targets.push({ index, names: header === null ? names : committed(header.commits) });
    }
    const persons = await personsOf(targets);
    const basis = `erased again, since a restored backup brought it back: ${erasure.basis}`;
    const again = { ...erasure, targets, basis };
    await commit({ entries: [], payloads: [{ retire: keys }] });
    for (let done = 0; done < targets.length; done += BATCH) {
      const batch = await batchOf(again, targets.slice(done, done + BATCH), done === 0 ? keys.length : 0);
      const forget = done === 0 && erasure.left === 'agent' ? persons : [];
      await commit({
        ...batch,
        payloads: [...batch.payloads, ...forget.map((name) => ({ forgetPerson: name }))],
      });
    }
    await emptyKeys(keys);
    await commit({
      entries: [],
      changes: [{ put: 'erasures', row: { change, done: asked.length, total: asked.length } }],
      payloads: [{ destroy: keys }],
    });
    list.mark(change, 'done');
    return true;
  }

  /** Whether one of these details can be read, or nothing of the entry can: then nobody knows what is left of it. */
  async function isThere(index: number, names: readonly string[]): Promise<boolean> {
    const details = (await readers.log.entry(index))?.details ?? [];
    return details.length === 0 || details.some(({ name }) => names.includes(name));
  }

  /** By the restored index of calls: the list of erasures names nobody. */
  async function personsOf(targets: readonly Target[]): Promise<readonly string[]> {
    const persons = new Set<string>();
    for (const { index } of targets) {
      const header = await headerOf(index);
      const call = header?.kind === 'call.decided' && header.call !== null ? header.call : null;
      const subject = call === null ? null : (await readers.calls.get(call))?.subject;
      if (subject !== null && subject !== undefined) persons.add(subject);
    }
    return [...persons];
  }

  return {
    first,
    goOn() {
      running = running.then(
        async () => void (await finishAll(false)),
        async () => void (await finishAll(false)),
      );
      return running;
    },
    isBehind: () => list.all().some(({ state }) => state !== 'scrubbed'),
    async restart() {
      const finished = await finishAll(true);
      let again = 0;
      for (const erasure of list.all())
        if (erasure.state !== 'intended' && (await eraseAgain(erasure))) again += 1;
      await scrub(list.all(), true);
      return { finished, again };
    },
  };
}

function redacted(erasure: Erasure, targets: readonly Target[], keys: number): EntryDraft<'log.redacted'> {
  const { change, basis, exports, actor } = erasure;
  return {
    kind: 'log.redacted',
    call: null,
    agent: null,
    chain: null,
    body: {
      cause: 'erasure',
      change: isId(change, 'chg') ? change : null,
      entries: targets.length,
      details: targets.reduce((sum, { names }) => sum + names.length, 0),
      keys,
    },
    details: { targets: redactionText(redactedRanges(targets)), basis, exports, actor },
  };
}

const committed = (commits: Readonly<Record<string, string | null>>): readonly string[] =>
  Object.entries(commits).flatMap(([name, commit]) => (commit === null ? [] : [name]));
