// The end of keys: what else is sealed with them, wherever that lies, is sealed anew first; then they are destroyed, and
// it is looked whether they are gone.
import { type EntryDraft, parseEntry } from '@countersign/audit';
import { StoreError } from '../store/store-error.ts';
import type { CommitRequest } from '../store/types.ts';
import { changesIn, type ErasurePlace, type RedactedTarget, targetsText } from './erasure-place.ts';
import type { Target } from './selection.ts';

const BATCH = 128;
const NOBODY = { call: null, agent: null, chain: null } as const;

export function createKeyEnd(deps: {
  /** The log that is written comes first. */
  readonly places: readonly ErasurePlace[];
  readonly commit: (request: CommitRequest) => Promise<void>;
}) {
  const { places, commit } = deps;
  const [own] = places;

  /** What is sealed with these keys is sealed anew, so that they can go. */
  async function empty(place: ErasurePlace, keys: readonly number[]): Promise<void> {
    const { payloads } = place.readers;
    for (let given: string | null = null; ; ) {
      const rest = await payloads.underKeys(keys, BATCH);
      if (rest.length === 0) return;
      await commit({
        entries: [],
        payloads: changesIn(
          place,
          rest.map((index) => ({ reseal: index })),
        ),
      });
      const same = await payloads.underKeys(keys, BATCH);
      if (String(same) !== String(rest)) continue;
      if (given === String(same))
        throw new StoreError('unavailable', `${same.length} values could not be sealed with other keys`);
      given = String(same);
      // A value that does not open any more cannot be sealed anew, and says nothing to anybody.
      await eraseUnreadable(place, same);
    }
  }

  async function eraseUnreadable(place: ErasurePlace, indexes: readonly number[]): Promise<void> {
    const targets: Target[] = [];
    for (const index of indexes) {
      const stored = await place.readers.log.entry(index);
      const parsed = stored === null ? null : parseEntry(stored.header);
      if (parsed?.ok !== true) continue;
      const names = Object.entries(parsed.value.commits).flatMap(([name, commit]) =>
        commit === null ? [] : [name],
      );
      targets.push({ index, names });
    }
    const erased = indexes.map((index) => ({ erase: index, names: null, left: 'holder' }) as const);
    await commit({ entries: [unreadable(place, targets)], payloads: changesIn(place, erased) });
  }

  /** What was moved to an archive of old entries cannot be sealed anew: it goes with its keys, and that is said before. */
  async function tellOfArchived(place: ErasurePlace, keys: readonly number[]): Promise<void> {
    const { payloads } = place.readers;
    const there = await payloads.archivedUnder(await payloads.existing(keys));
    const targets = there.map(({ index }) => ({ index, names: null }));
    if (targets.length > 0) await commit({ entries: [unreadable(place, targets)] });
  }

  return {
    /** Throws a StoreError where keys are still there. */
    async end(keys: readonly number[]): Promise<void> {
      if (keys.length === 0 || own === undefined) return;
      await commit({ entries: [], payloads: [{ retire: keys }] });
      for (const place of places) {
        await empty(place, keys);
        await tellOfArchived(place, keys);
      }
      await commit({ entries: [], payloads: [{ destroy: keys }] });
      const left = await own.readers.payloads.existing(keys);
      if (left.length > 0)
        throw new StoreError('unavailable', `${left.length} keys of what was erased are still there`);
    },
  };
}

function unreadable(place: ErasurePlace, targets: readonly RedactedTarget[]): EntryDraft<'log.redacted'> {
  return {
    kind: 'log.redacted',
    ...NOBODY,
    body: {
      cause: 'erasure',
      change: null,
      entries: targets.length,
      details: targets.reduce((sum, { names }) => sum + (names?.length ?? 0), 0),
      keys: 0,
    },
    details: {
      targets: targetsText(place, targets),
      basis: 'their key was destroyed with an erasure, so that they cannot be read',
      exports: '[]',
      actor: '{}',
    },
  };
}
