// The adversary who holds the store and all keys of the log, its root key among them, and leaves nothing that does not fit:
// no log can show by itself what this one did. For tests only.

import { utf8 } from '../../bytes.ts';
import { newId } from '../../ids.ts';
import type { ManifestKey } from '../../keys/manifest.ts';
import { randomBytes } from '../../random.ts';
import type { StoredEntry } from '../types.ts';
import { forged } from './forge.ts';
import { again, type Piece, piecesOf, retold, rewritten } from './rewrite.ts';
import type { Scene, Store } from './scene.ts';
import { type Deed, STORE_WRITER } from './store-writer.ts';
import { log, manifestOf, successor } from './world.ts';

type Act = readonly Piece[];
type Acts = readonly Act[];

/** Whole acts, the opening entry being the first. */
function actsOf({ log: { entries }, bounds }: Scene['honest']): Act[] {
  return [0, ...bounds.slice(0, -1)].map((first, i) => piecesOf(entries, first, bounds[i]));
}

/** Tells the story of these acts, in place of the true one, from the first entry on that is not the same. */
async function told(
  scene: Scene,
  acts: Acts,
  hand: Parameters<typeof forged>[3] = { signer: log },
): Promise<Store> {
  const entries = rewritten(acts.flat());
  return forged(scene, entries, sameIn(scene.store.entries, entries), hand);
}

/** How many entries two logs have in common. */
export function sameIn(entries: readonly StoredEntry[], others: readonly StoredEntry[]): number {
  const same = entries.findIndex(({ header }, at) => String(header) !== String(others[at]?.header));
  return same < 0 ? entries.length : same;
}

const edited =
  (edit: (acts: Act[], at: number, other: Act[], to: number) => Acts | null): Deed =>
  async (scene) => {
    const [acts, other] = [actsOf(scene.honest), actsOf(scene.other)];
    const within = (drawn: number): number => 1 + (drawn % (acts.length - 1));
    const now = edit(acts, within(scene.choices.at), other, within(scene.choices.to));
    return now === null ? null : told(scene, now);
  };

/** One entry of it says something else, and commits to it. */
function toldOtherwise([first, ...rest]: Act): Act {
  if (first === undefined) return rest;
  const [detail, ...others] = first.entry.details;
  const agent = retold(first, (header) => void (header['agent'] = newId('agt')));
  if (detail === undefined) return [agent, ...rest];
  const details = [{ ...detail, salt: randomBytes(32), value: utf8('something else') }, ...others];
  return [{ ...first, entry: { ...first.entry, details } }, ...rest];
}

/** The log's key is made to end after the entries that are as they were; another one takes over. */
const handedOver =
  (revoked: boolean): Deed =>
  async (scene) => {
    const acts = actsOf(scene.honest);
    const at = 1 + (scene.choices.at % (acts.length - 1));
    const to = acts.slice(0, at).flat().length + 1;
    const keys: readonly ManifestKey[] = [
      { role: 'checkpoint', vkey: log.vkey, from: 0, to, revoked },
      { role: 'checkpoint', vkey: successor.vkey, from: to, to: null, revoked: false },
    ];
    const hand = { signer: successor, manifest: await manifestOf(keys, 2) };
    return told(scene, acts.with(at, toldOtherwise(acts[at] ?? [])), hand);
  };

function done(name: 'truncate' | 'roll back'): Deed {
  const deed = STORE_WRITER[name];
  return async (scene) => {
    const store = await deed?.(scene);
    if (store === undefined || store === null) return null;
    return name === 'roll back'
      ? store
      : forged(scene, store.entries, store.entries.length - 1, { signer: log });
  };
}

export const KEY_HOLDER: Readonly<Record<string, Deed>> = {
  'flip what an entry says': edited((acts, at) => acts.with(at, toldOtherwise(acts[at] ?? []))),
  'drop a call': edited((acts, at) => acts.toSpliced(at, 1)),
  'duplicate a call': edited((acts, at) => acts.toSpliced(at + 1, 0, again(acts[at] ?? []))),
  'swap two calls': edited((acts, at, _, to) =>
    at === to ? null : acts.with(at, acts[to] ?? []).with(to, acts[at] ?? []),
  ),
  'insert a call': edited((acts, at, other) => acts.toSpliced(at, 0, other[at] ?? [])),
  'splice in a part of another log': edited((acts, at, other, to) =>
    acts.toSpliced(
      Math.min(at, to),
      Math.abs(at - to) + 1,
      ...other.slice(Math.min(at, to), Math.max(at, to) + 1),
    ),
  ),
  're-sign what was changed, with a new key': handedOver(false),
  're-sign what was changed, and revoke the old key': handedOver(true),
  truncate: done('truncate'),
  'roll back': done('roll back'),
  fork: edited((acts, at, other) => [...acts.slice(0, at), ...other.slice(at)]),
};
