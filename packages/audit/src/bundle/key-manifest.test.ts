// A bundle's key manifest is only as new as its maker wanted: what the auditor knows of a newer one must win.
import { expect, test } from 'vitest';
import { utf8 } from '../bytes.ts';
import { newId } from '../ids.ts';
import { type KeyManifest, manifestKeyName, signKeyManifest } from '../keys/manifest.ts';
import { withRevokedKey, withRotatedKey } from '../keys/succession.ts';
import { receiptKeyName, signReceipt } from '../receipt/receipt.ts';
import { bundleLines, bundleText, newSigner } from '../testing/bundle-builder.ts';
import { ORIGIN } from '../testing/log-builder.ts';
import { storyLog } from '../testing/story.ts';
import { parseTrust } from '../trust/parse.ts';
import type { BundleOptions } from './report.ts';
import type { BodyLine } from './types.ts';
import { verifyBundle } from './verify.ts';

const { log } = storyLog();
const SIZE = log.entries.length;
const [signer, next, root] = [await newSigner(), await newSigner(), await newSigner(manifestKeyName(ORIGIN))];
const [lost, kept] = [await newSigner(receiptKeyName(ORIGIN)), await newSigner(receiptKeyName(ORIGIN))];
const at = { from: 0, to: null, revoked: false };
const first: KeyManifest = {
  origin: ORIGIN,
  serial: 1,
  keys: [
    { role: 'checkpoint', vkey: signer.vkey, ...at },
    { role: 'receipt', vkey: lost.vkey, ...at },
  ],
};
const rotated = withRotatedKey(first, { role: 'receipt', vkey: kept.vkey, at: 4 });
const revoked = withRevokedKey(rotated, { vkey: lost.vkey, after: 2 }) as KeyManifest;

async function reportOf(manifest: KeyManifest, options: BundleOptions, more: readonly BodyLine[] = []) {
  const [head, ...rest] = await bundleLines({ log, signer, more });
  if (head === undefined) throw new Error('an empty bundle');
  const keys: BodyLine = { type: 'keys', note: await signKeyManifest(manifest, root) };
  return verifyBundle([utf8(bundleText([head, keys, ...rest]))], {
    vkeys: [root.vkey],
    keysFrom: 'outside',
    ...options,
  });
}

async function receiptOf(index: number): Promise<BodyLine> {
  const leaf = log.entries[index]?.leaf ?? new Uint8Array(32);
  const call = newId('call');
  const receipt = {
    origin: ORIGIN,
    index,
    leaf,
    time: index,
    call,
    kind: 'decided',
    promiseSeconds: 5,
  } as const;
  return { type: 'receipt', note: await signReceipt(receipt, lost) };
}

test('a receipt that only a revoked key signed is refused, and one from before the revocation is not', async () => {
  const late = await reportOf(revoked, {}, [await receiptOf(3)]);
  expect(late.levels.receipts.first).toMatchObject({ code: 'receipt_signature' });
  expect(late.levels.receipts.first?.message).toContain('revoked');
  const early = await reportOf(revoked, {}, [await receiptOf(1)]);
  expect([early.firstFailure, early.receipts]).toEqual([null, { read: 1, signed: 1 }]);
  expect((await reportOf(rotated, {}, [await receiptOf(2)])).firstFailure).toBeNull();
});

test('a newer manifest that the auditor has takes the place of the one in the bundle', async () => {
  const report = await reportOf(rotated, { keyManifest: revoked }, [await receiptOf(2)]);
  expect(report.levels.receipts.first).toMatchObject({ code: 'receipt_signature' });
  const gone = withRevokedKey(withRotatedKey(revoked, { role: 'checkpoint', vkey: next.vkey, at: SIZE }), {
    vkey: signer.vkey,
    after: 0,
  });
  const unsigned = await reportOf(rotated, { keyManifest: gone ?? undefined });
  expect(unsigned.levels.checkpoints.first?.message).toContain('revoked by then');
});

test('a manifest below the serial of the trust policy is refused, and without one its age is left open', async () => {
  const pinned = async (serial: number) => {
    const trust = await parseTrust(`log ${root.vkey}\nquorum none\nmanifest ${ORIGIN} ${serial}\n`);
    if (!trust.ok) throw new Error(trust.error.message);
    return { trust: trust.value };
  };
  const old = await reportOf(rotated, await pinned(3));
  expect(old.firstFailure).toMatchObject({ code: 'keys_outdated' });
  const fine = await reportOf(revoked, await pinned(3));
  expect(fine.firstFailure).toBeNull();
  expect(fine.notProven.join('\n')).not.toContain('could be older');
  expect((await reportOf(revoked, {})).notProven.join('\n')).toContain('the key manifest 3 could be older');
});
