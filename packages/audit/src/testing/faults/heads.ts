// Bundles whose checkpoint, keys, witnesses or receipts are not what the auditor asks for, or do not go with what the auditor
// holds. For tests only.

import type { BodyLine } from '../../bundle/types.ts';
import { signCheckpoint } from '../../checkpoint.ts';
import { generateCosignerKey } from '../../cosignature/key.ts';
import { newId } from '../../ids.ts';
import { manifestKeyName, signKeyManifest } from '../../keys/manifest.ts';
import { receiptKeyName, signReceipt } from '../../receipt/receipt.ts';
import type { FailureCode } from '../../verify/types.ts';
import { newSigner } from '../bundle-builder.ts';
import { ORIGIN } from '../log-builder.ts';
import {
  asIs,
  behindHead,
  note,
  policyOf,
  signer,
  SIZE,
  type SpoiltBundle,
  spoilt,
  STORY,
  without,
} from './spoilt.ts';

const { log } = STORY;
const own = signer.vkey;

/** A checkpoint of the log's own key, of another log than this one became. */
const forked = (size: number): Promise<string> =>
  signCheckpoint({ origin: ORIGIN, size, root: log.root(5) }, signer);

/** A receipt for the place `index`, of the entry at `of`. */
async function receiptOf(index: number, of = index): Promise<BodyLine> {
  const key = await newSigner(receiptKeyName(ORIGIN));
  const leaf = log.entries[of]?.leaf ?? new Uint8Array(32);
  const about = { call: newId('call'), kind: 'decided', promiseSeconds: 5 } as const;
  const signed = await signReceipt({ origin: ORIGIN, index, leaf, time: index, ...about }, key);
  return { type: 'receipt', note: signed };
}

export const WRONG_HEADS = {
  checkpoint_malformed: () => spoilt(null, asIs, {}, { external: ['nonsense'] }),
  checkpoint_signature: async () => {
    const stranger = await newSigner();
    return spoilt(null, asIs, {}, { trust: policyOf([stranger.vkey]) });
  },
  checkpoint_origin: async () => {
    const other = await newSigner('another.example');
    const held = await signCheckpoint({ origin: 'another.example', size: 1, root: log.root(1) }, other);
    return spoilt(null, asIs, {}, { trust: policyOf([own, other.vkey]), external: [held] });
  },
  checkpoint_conflict: async () => spoilt(null, asIs, {}, { external: [await forked(SIZE)] }),
  consistency_invalid: async () => spoilt(null, asIs, { since: [4] }, { external: [await forked(4)] }),
  held_not_comparable: async () => {
    const held = await signCheckpoint({ origin: ORIGIN, size: 4, root: log.root(4) }, signer);
    return spoilt(null, asIs, {}, { external: [held] });
  },
  keys_untrusted: async () => {
    const root = await newSigner(manifestKeyName(ORIGIN));
    const other = await newSigner(manifestKeyName(ORIGIN));
    const keys = [{ role: 'checkpoint', vkey: own, from: 0, to: null, revoked: false }] as const;
    const manifest = await signKeyManifest({ origin: ORIGIN, serial: 1, keys }, other);
    const trust = policyOf([root.vkey, own]);
    return spoilt(null, behindHead({ type: 'keys', note: manifest }), {}, { trust });
  },
  keys_outdated: () =>
    spoilt(null, asIs, {}, { trust: policyOf([own], [`manifest ${ORIGIN} 2`, 'quorum none']) }),
  quorum_unmet: async () => {
    const { vkey } = await generateCosignerKey('w.example.org');
    return spoilt(null, asIs, {}, { trust: policyOf([own], [`witness w ${vkey}`, 'quorum w']) });
  },
  witness_required: () => spoilt(null, asIs, {}, { requireWitness: true }),
  receipt_malformed: () => spoilt(null, asIs, { more: [{ type: 'receipt', note }] }),
  receipt_signature: async () => {
    const { vkey } = await newSigner(receiptKeyName(ORIGIN));
    return spoilt(null, asIs, { more: [await receiptOf(3)] }, { trust: policyOf([own, vkey]) });
  },
  receipt_conflict: async () => spoilt(3, asIs, { more: [await receiptOf(3, 4)] }),
  receipt_without_entry: async () => spoilt(3, without(3), { more: [await receiptOf(3)] }),
} as const satisfies Partial<Record<FailureCode, () => Promise<SpoiltBundle>>>;
