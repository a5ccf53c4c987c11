import { expect, test } from 'vitest';
import { utf8 } from '../bytes.ts';
import { signCheckpoint } from '../checkpoint.ts';
import { cosign } from '../cosignature/cosignature.ts';
import { generateCosignerKey, importCosigner } from '../cosignature/key.ts';
import { manifestKeyName, signKeyManifest } from '../keys/manifest.ts';
import { rangeRoot, appendLeaf, EMPTY_RANGE } from '../merkle.ts';
import { bundleLines, bundleText, newSigner } from '../testing/bundle-builder.ts';
import { ORIGIN } from '../testing/log-builder.ts';
import { storyLog } from '../testing/story.ts';
import { parseTrust } from '../trust/parse.ts';
import type { BodyLine } from './types.ts';
import { verifyBundle } from './verify.ts';

const { log } = storyLog();
const SIZE = log.entries.length;
const signer = await newSigner();

async function checkpointOf(size: number): Promise<string> {
  const range = log.entries.slice(0, size).reduce((grown, { leaf }) => appendLeaf(grown, leaf), EMPTY_RANGE);
  return signCheckpoint({ origin: ORIGIN, size, root: rangeRoot(range) }, signer);
}

const unanchored = (notProven: readonly string[]): string | undefined =>
  notProven.find((sentence) => sentence.startsWith('unanchored'));

test('a checkpoint that somebody holds of the first entries says nothing of those after it', async () => {
  const lines = await bundleLines({ log, signer, since: [2] });
  const verified = async (held: string) =>
    verifyBundle([utf8(bundleText(lines))], { vkeys: [signer.vkey], external: [held] });
  const early = await verified(await checkpointOf(2));
  expect([early.firstFailure, early.heldElsewhere]).toEqual([null, 2]);
  expect(unanchored(early.notProven)).toMatch(/^unanchored: entries from 2 on/);
  expect(unanchored((await verified(await checkpointOf(SIZE))).notProven)).toBeUndefined();
});

test('a time stamp of the first entries says nothing of the time of those after it', async () => {
  const stamp: BodyLine = {
    type: 'anchor',
    to: 'timestamp',
    name: 'tsa.example',
    note: await checkpointOf(2),
    proof: 'AAAA',
  };
  const lines = await bundleLines({ log, signer, since: [2], more: [stamp] });
  const { firstFailure, timestamps, notProven } = await verifyBundle([utf8(bundleText(lines))], {
    vkeys: [signer.vkey],
    checkTimestamp: async () => ({ ok: true, authority: 'tsa.example', time: 1 }),
  });
  expect([firstFailure, timestamps.map(({ size }) => size)]).toEqual([null, [2]]);
  expect(unanchored(notProven)).toMatch(/^unanchored: entries from 2 on/);
  expect(notProven).toContainEqual(expect.stringMatching(/^entries from 2 on .* time stamp/));
});

test('witnesses count for an auditor who knows the log by its root key alone', async () => {
  const root = await newSigner(manifestKeyName(ORIGIN));
  const keys = [{ role: 'checkpoint', vkey: signer.vkey, from: 0, to: null, revoked: false }] as const;
  const pair = await generateCosignerKey('w.example.org');
  const cosigner = await importCosigner(pair.skey);
  if (!cosigner.ok) throw new Error(cosigner.error.message);
  const trust = await parseTrust(`log ${root.vkey}\nwitness w ${pair.vkey}\nquorum w\n`);
  if (!trust.ok) throw new Error(trust.error.message);
  const note = await checkpointOf(SIZE);
  const cosigned = `${note}${await cosign(note.slice(0, note.lastIndexOf('\n\n') + 1), 9, cosigner.value)}`;
  const [head, , ...rest] = await bundleLines({ log, signer });
  if (head === undefined) throw new Error('no head');
  const lines: BodyLine[] = [
    head,
    { type: 'keys', note: await signKeyManifest({ origin: ORIGIN, serial: 1, keys }, root) },
    { type: 'checkpoint', note: cosigned },
    ...rest,
  ];
  const { firstFailure, witnesses } = await verifyBundle([utf8(bundleText(lines))], { trust: trust.value });
  expect([firstFailure, witnesses]).toMatchObject([null, { quorum: 'met', covered: SIZE }]);
});

test('of many time stamps the report names those that cover most, each once', async () => {
  const stamp = async (size: number): Promise<BodyLine> => ({
    type: 'anchor',
    to: 'timestamp',
    name: 'tsa.example',
    note: await checkpointOf(size),
    proof: 'AAAA',
  });
  const sizes = [SIZE, ...Array.from({ length: 200 }, () => 2)];
  const lines = await bundleLines({ log, signer, since: [2], more: await Promise.all(sizes.map(stamp)) });
  let asked = 0;
  const { timestamps } = await verifyBundle([utf8(bundleText(lines))], {
    vkeys: [signer.vkey],
    checkTimestamp: async () => ({ ok: true, authority: `tsa ${(asked += 1)}`, time: 1 }),
  });
  expect([timestamps.length, timestamps.some(({ size }) => size === SIZE)]).toEqual([64, true]);
});
