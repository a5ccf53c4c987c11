// A store that tells another history from some entry on, signed again by whatever key there is. Of the checkpoints of the true
// one those are left that it still fits. For tests only.

import type { KeyManifest } from '../../keys/manifest.ts';
import type { NoteSigner } from '../../note-key.ts';
import type { StoredEntry } from '../types.ts';
import type { Scene, Store } from './scene.ts';
import { checkpointOf, impostors } from './world.ts';

interface Hand {
  readonly signer: NoteSigner;
  readonly manifest?: KeyManifest;
}

/** @param from how many entries are as they were. Witnesses sign none of it; somebody who calls himself so does. */
export async function forged(
  { store }: Scene,
  entries: readonly StoredEntry[],
  from: number,
  { signer, manifest = store.manifest }: Hand,
): Promise<Store> {
  const half = from + Math.ceil((entries.length - from) / 2);
  const sizes = [...new Set([half, entries.length])].filter((size) => size > from);
  const heads = await Promise.all(
    sizes.map(async (size) => ({
      size,
      note: await checkpointOf(entries, size, signer, impostors),
      isCosigned: false,
    })),
  );
  const kept = store.heads.filter(({ size }) => size <= from);
  return {
    entries,
    heads: [...kept, ...heads],
    vkeys: [...new Set([...store.vkeys, signer.vkey])],
    manifest,
  };
}
