// Carries out erasures that were agreed to: in batches, each one commit with the entry that says so, going on where a
// crash stopped it; then the keys, then the traces in the files. What a restored backup brings back is erased again,
// before the gateway serves, in this log and in those that it continues.
import { type EntryDraft, isId, parseEntry } from '@countersign/audit';
import type { ArchivedLogs } from '../continuation/archived-logs.ts';
import type { Readers } from '../store/readers.ts';
import { StoreError } from '../store/store-error.ts';
import type { ArchivedChange, CommitRequest, LogWriter } from '../store/types.ts';
import type { Erasure, ErasureList, ListedErasure } from './erasure-list.ts';
import { changesIn, type ErasurePlace, targetsText } from './erasure-place.ts';
import { createKeyEnd } from './key-end.ts';
import { createScrubber } from './scrub.ts';
import type { Target } from './selection.ts';

export interface EraserDeps {
  readonly writer: LogWriter;
  readonly readers: Pick<Readers, 'changes' | 'erasures' | 'log' | 'payloads' | 'calls'>;
  readonly list: ErasureList;
  /** The logs that this one continues, open for as long as the work takes. */
  readonly archives: <T>(work: (archived: ArchivedLogs) => Promise<T>) => Promise<T>;
  readonly tell: (message: string) => void;
}

export interface Eraser {
  /**
   * What the commit holds that makes an erasure true: its first batch. `persons` are names under which somebody is to be
   * forgotten; they are in no file, and so only in this commit. `archives` are folders of logs that it reaches as well. `isHeld`: a
   * legal hold keeps some of what is theirs.
   */
  first(
    erasure: Erasure,
    persons: readonly string[],
    more?: { readonly archives?: readonly string[]; readonly isHeld?: boolean },
  ): Promise<CommitRequest>;
  /** Does the rest of what was agreed to, one erasure after another; resolves when there is nothing left to do. */
  goOn(): Promise<void>;
  /** Whether something that was agreed to is not done. */
  isBehind(): boolean;
  /** Before the gateway serves: finishes what was begun, and erases again what is back. Returns how many were. */
  restart(): Promise<{ readonly finished: number; readonly again: number }>;
}

const BATCH = 128;

export function createEraser(deps: EraserDeps): Eraser {
  const { writer, readers, list, tell } = deps;
  const own: ErasurePlace = { readers, list, archived: null };
  const scrub = createScrubber({ commit, tell });
  let running: Promise<void> = Promise.resolve();
  /** What of logs before this one is not done. */
  let isBehindBefore = false;

  async function first(
    erasure: Erasure,
    persons: readonly string[],
    {
      archives = [],
      isHeld = false,
    }: { readonly archives?: readonly string[]; readonly isHeld?: boolean } = {},
  ): Promise<CommitRequest> {
    const { change, targets, keys } = erasure;
    const batch = batchOf(own, erasure, targets.slice(0, BATCH), keys.length);
    const forget = persons.map((name) => ({ forgetPerson: name, isHeld }));
    return {
      entries: batch.entries,
      changes: [
        {
          insert: 'erasures',
          row: { change, done: Math.min(BATCH, targets.length), total: targets.length },
        },
      ],
      payloads: [
        { retire: keys },
        ...batch.payloads,
        ...forget,
        ...(forget.length === 0 ? [] : archives.map((archive) => ({ archive, changes: forget }))),
      ],
    };
  }

  function batchOf(
    place: ErasurePlace,
    erasure: Erasure,
    targets: readonly Target[],
    keys: number,
    more: readonly ArchivedChange[] = [],
  ) {
    const { left } = erasure;
    const erased = targets.map(({ index, names }) => ({ erase: index, names, left }) as const);
    return {
      entries: targets.length === 0 ? [] : [redacted(place, erasure, targets, keys)],
      payloads: changesIn(place, [...erased, ...more]),
    };
  }

  /** From the first target that is not done. */
  async function finish(erasure: ListedErasure, keys: KeyEnd): Promise<void> {
    const { change, targets } = erasure;
    const progress = await readers.erasures.get(change);
    for (let done = progress?.done ?? targets.length; done < targets.length; done += BATCH) {
      const batch = batchOf(own, erasure, targets.slice(done, done + BATCH), 0);
      await commit({
        ...batch,
        changes: [
          { update: 'erasures', set: { done: Math.min(done + BATCH, targets.length) }, where: { change } },
        ],
        preconditions: [{ table: 'erasures', where: { change, done }, expect: 'exists' }],
      });
    }
    await keys.end(erasure.keys);
    list.mark(change, 'done');
  }

  async function commit(request: CommitRequest): Promise<void> {
    const result = await writer.commit(request);
    if (result.ok) return;
    throw new StoreError('unavailable', result.code === 'log_unavailable' ? result.message : result.code);
  }

  const isCommitted = async (change: string): Promise<boolean> =>
    (await readers.erasures.get(change)) !== null;

  async function finishOwn(keys: KeyEnd): Promise<number> {
    let finished = 0;
    for (const erasure of list.all()) {
      const { change, state } = erasure;
      if (state === 'done' || state === 'scrubbed') continue;
      if (await isCommitted(change)) {
        await finish(erasure, keys);
        finished += 1;
      } else if (state === 'intended') {
        // Written down before it was committed, and then not committed; or a backup from before it was put back.
        list.mark(change, 'dropped');
      }
    }
    return finished;
  }

  /** What was erased is there again, under the keys that were destroyed or came back as well, or under earlier ones. */
  async function eraseAgain(
    place: ErasurePlace,
    erasure: ListedErasure,
    isOlder: boolean,
    keys: KeyEnd,
  ): Promise<boolean> {
    const { targets: asked } = erasure;
    const back = await backIn(place, erasure, isOlder);
    if (back.size === 0) return false;
    const all = [...new Set([...erasure.keys, ...back.values()])];
    const readable = new Set(await place.readers.payloads.existing(all));
    const targets: Target[] = [];
    for (const { index, names } of asked) {
      const key = back.get(index);
      if (key === undefined) continue;
      // Without its key, what was to stay of an entry is gone with what was erased.
      const header = readable.has(key) ? null : await headerOf(place, index);
      targets.push({ index, names: header === null ? names : committed(header.commits) });
    }
    const persons = erasure.left === 'agent' ? await personsOf(place, targets) : [];
    await commit({ entries: [], payloads: [{ retire: all }] });
    for (let done = 0; done < targets.length; done += BATCH) {
      const forget = done === 0 ? persons.map((name) => ({ forgetPerson: name })) : [];
      const some = targets.slice(done, done + BATCH);
      await commit(batchOf(place, reasoned(place, erasure), some, done === 0 ? all.length : 0, forget));
    }
    if ((await backIn(place, { ...erasure, targets }, isOlder)).size > 0)
      throw new StoreError('unavailable', `what the erasure \`${erasure.change}\` destroys is still there`);
    await keys.end(all);
    return true;
  }

  /** Which of the targets are there, by the keys that they are sealed with. */
  async function backIn(
    { readers: { payloads, log } }: ErasurePlace,
    { targets, keys }: ListedErasure,
    isOlder: boolean,
  ): Promise<ReadonlyMap<number, number>> {
    const destroyed = new Set(keys);
    const sealed = await payloads.sealedOf(targets.map(({ index }) => index));
    const keyOf = new Map(sealed.map(({ index, key }) => [index, key]));
    const back = new Map<number, number>();
    for (const { index, names } of targets) {
      const key = keyOf.get(index);
      if (key === undefined) continue;
      // WHY not by the keys alone: what else was sealed with a key that another erasure destroyed was sealed anew since the
      // backup was made, so that this erasure knows only the later key.
      const details = isOlder && !destroyed.has(key) ? ((await log.entry(index))?.details ?? []) : null;
      // Where nothing of an entry can be read nobody knows what is left of it.
      if (
        details === null
          ? destroyed.has(key)
          : details.length === 0 || details.some(({ name }) => names.includes(name))
      )
        back.set(index, key);
    }
    return back;
  }

  /** Whatever was agreed to of this log. A database that is as old as a backup has no row of what came after that. */
  async function eraseOwnAgain(missing: ReadonlySet<string>, keys: KeyEnd): Promise<number> {
    let again = 0;
    for (const erasure of list.all()) {
      const { change, state, targets } = erasure;
      const isOlder = missing.has(change);
      if (isOlder && (state === 'intended' || state === 'dropped')) continue;
      const isBack = await eraseAgain(own, erasure, isOlder, keys);
      if (isBack) again += 1;
      // From here on what stands at these indexes may be other entries, which nobody agreed to erase.
      if (isOlder) await settled(change, targets.length);
      if (isBack) list.mark(change, 'done');
    }
    return again;
  }

  const settled = async (change: string, total: number): Promise<void> =>
    commit({ entries: [], changes: [{ put: 'erasures', row: { change, done: total, total } }] });

  /** In the archives of the logs before: what was erased there since, what a backup brought back, and what was carried over. */
  async function eraseBefore(
    place: ErasurePlace,
    missing: ReadonlySet<string>,
    keys: KeyEnd,
  ): Promise<number> {
    let again = 0;
    for (const erasure of place.list.all()) {
      const { change, state, targets, left } = erasure;
      const isMissing = missing.has(change);
      if (isMissing && (state === 'intended' || state === 'dropped')) {
        if (state === 'intended') place.list.mark(change, 'dropped');
        continue;
      }
      const isDone = state === 'done' || state === 'scrubbed';
      const isBack = await eraseAgain(place, erasure, true, keys);
      if (!isBack && isMissing) {
        // What the archive has lost already may have been carried over, or come back with a backup of this log.
        const carried = targets.map(({ index, names }) => ({ erase: index, names, left }) as const);
        await commit({ entries: [], payloads: changesIn(place, carried) });
      }
      if (isMissing) await settled(change, targets.length);
      if (isBack || !isDone) place.list.mark(change, 'done');
      if (isBack && isDone) again += 1;
    }
    return again;
  }

  /** What is agreed to and of which the database knows nothing: it is older. */
  async function missingOf(places: readonly ErasurePlace[]): Promise<ReadonlySet<string>> {
    const missing = new Set<string>();
    for (const { change } of places.flatMap((place) => place.list.all()))
      if (!(await isCommitted(change))) missing.add(change);
    return missing;
  }

  async function work(isStart: boolean): Promise<{ readonly finished: number; readonly again: number }> {
    return deps.archives(async ({ logs, unreached }) => {
      const before: readonly ErasurePlace[] = logs.map(({ path, origin, readers: of }) => ({
        readers: of,
        list: list.ofLog(origin),
        archived: { path, origin },
      }));
      const places = [own, ...before];
      const keys = createKeyEnd({ places, commit });
      const missing = await missingOf(places);
      const finished = await finishOwn(keys);
      let again = isStart ? await eraseOwnAgain(missing, keys) : 0;
      isBehindBefore = false;
      for (const place of before) {
        try {
          again += await eraseBefore(place, missing, keys);
          await scrub(place, isStart);
          isBehindBefore ||= isUnfinished(place.list);
        } catch (error) {
          // Nothing of it is served from here: it is told, and tried again.
          isBehindBefore = true;
          tell(`what was erased is not gone from \`${place.archived?.path}\` yet: ${String(error)}`);
        }
      }
      // An older copy of the key store has keys again that were destroyed, though nothing may be sealed with them here.
      if (isStart) await keys.end(await readers.payloads.existing(list.keys()));
      await scrub(own, isStart);
      if (isStart)
        for (const { log, why } of unreached)
          if (list.ofLog(log).all().length > 0)
            tell(
              `what was erased of \`${log}\` may still be in its archive, which cannot be reached: ${why}`,
            );
      return { finished, again };
    });
  }

  return {
    first,
    goOn() {
      isBehindBefore = true;
      const turn = async (): Promise<void> => void (await work(false));
      running = running.then(turn, turn);
      return running;
    },
    isBehind: () => isBehindBefore || isUnfinished(list),
    restart: () => work(true),
  };
}

type KeyEnd = ReturnType<typeof createKeyEnd>;

const isUnfinished = (list: ErasureList): boolean =>
  list.all().some(({ state }) => state !== 'scrubbed' && state !== 'dropped');

async function headerOf({ readers }: ErasurePlace, index: number) {
  const stored = await readers.log.entry(index);
  const parsed = stored === null ? null : parseEntry(stored.header);
  return parsed?.ok === true ? parsed.value : null;
}

/** By the restored index of calls: the list of erasures names nobody. */
async function personsOf(place: ErasurePlace, targets: readonly Target[]): Promise<readonly string[]> {
  const persons = new Set<string>();
  for (const { index } of targets) {
    const header = await headerOf(place, index);
    const call = header?.kind === 'call.decided' && header.call !== null ? header.call : null;
    const subject = call === null ? null : (await place.readers.calls.get(call))?.subject;
    if (subject !== null && subject !== undefined) persons.add(subject);
  }
  return [...persons];
}

/** Why it is erased once more, where that is not for the first time. */
function reasoned({ archived }: ErasurePlace, erasure: ListedErasure): Erasure {
  const isFirst = archived !== null && (erasure.state === 'intended' || erasure.state === 'begun');
  return isFirst
    ? erasure
    : { ...erasure, basis: `erased again, since a restored backup brought it back: ${erasure.basis}` };
}

function redacted(
  place: ErasurePlace,
  erasure: Erasure,
  targets: readonly Target[],
  keys: number,
): EntryDraft<'log.redacted'> {
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
    details: { targets: targetsText(place, targets), basis, exports, actor },
  };
}

const committed = (commits: Readonly<Record<string, string | null>>): readonly string[] =>
  Object.entries(commits).flatMap(([name, commit]) => (commit === null ? [] : [name]));
