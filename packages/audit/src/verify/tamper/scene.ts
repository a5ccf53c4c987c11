// A case: an honest log, what it signed on the way, what others hold of it, and what fast-check drew for the adversary to
// decide with. For tests only.

import * as fc from 'fast-check';
import type { KeyManifest } from '../../keys/manifest.ts';
import { signReceipt } from '../../receipt/receipt.ts';
import { newId } from '../../ids.ts';
import { ORIGIN } from '../../testing/log-builder.ts';
import type { StoredEntry } from '../types.ts';
import { anyActs, type History, historyOf } from './history.ts';
import { checkpointOf, log, manifestOf, quorum, receipts } from './world.ts';

export interface SignedHead {
  readonly size: number;
  readonly note: string;
  readonly isCosigned: boolean;
}

/** All that an adversary can write. */
export interface Store {
  readonly entries: readonly StoredEntry[];
  readonly heads: readonly SignedHead[];
  /** The keys that lie beside the log. */
  readonly vkeys: readonly string[];
  readonly manifest: KeyManifest;
}

/** Numbers for the adversary, of any size: each takes the remainder. */
export interface Choices {
  readonly at: number;
  readonly to: number;
  readonly mask: number;
}

export interface Scene {
  readonly honest: History;
  /** Another history of the same log, which never was. */
  readonly other: History;
  readonly store: Store;
  readonly choices: Choices;
  /** Held by others: a checkpoint of so many entries, without and with enough cosignatures; a receipt of an entry. */
  readonly held: { readonly size: number; readonly anchor: string; readonly witnessed: string };
  readonly receipt: { readonly index: number; readonly note: string };
}

/** When everybody looks; microseconds. All promises have run out by then. */
export const NOW = 10_000_000_000;

export const anyDraw = fc.record({
  acts: anyActs,
  signed: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
  cosigned: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
  held: fc.nat(),
  receipt: fc.nat(),
  choices: fc.record({ at: fc.nat(), to: fc.nat(), mask: fc.integer({ min: 1, max: 255 }) }),
});

type Draw = typeof anyDraw extends fc.Arbitrary<infer T> ? T : never;

/** The first checkpoint covers one entry, so that there is always one to fall back to; the last, cosigned, covers all. */
export async function sceneOf(draw: Draw): Promise<Scene> {
  const { acts, choices } = draw;
  const [honest, other] = [historyOf(acts), historyOf(acts)];
  const { entries } = honest.log;
  const sizes = [1, entries.length, ...draw.signed.map((drawn) => 1 + (drawn % entries.length))];
  const ascending = [...new Set(sizes)].toSorted((a, b) => a - b);
  const heads = await Promise.all(
    ascending.map(async (size, i): Promise<SignedHead> => {
      const isCosigned = size === entries.length || (draw.cosigned[i] ?? false);
      const note = await checkpointOf(entries, size, log, isCosigned ? quorum : []);
      return { size, note, isCosigned };
    }),
  );
  const manifest = await manifestOf([
    { role: 'checkpoint', vkey: log.vkey, from: 0, to: null, revoked: false },
  ]);
  const size = 1 + (draw.held % entries.length);
  const index = 1 + (draw.receipt % (entries.length - 1));
  return {
    honest,
    other,
    store: { entries, heads, vkeys: [log.vkey], manifest },
    choices,
    held: {
      size,
      anchor: await checkpointOf(entries, size, log),
      witnessed: await checkpointOf(entries, size, log, quorum),
    },
    receipt: { index, note: await receiptFor(entries[index]) },
  };
}

async function receiptFor(entry: StoredEntry | undefined): Promise<string> {
  if (entry === undefined) throw new RangeError('no such entry');
  const { index, leaf } = entry;
  const kind = 'decided' as const;
  const call = newId('call');
  return signReceipt({ origin: ORIGIN, index, leaf, time: index, call, kind, promiseSeconds: 60 }, receipts);
}
