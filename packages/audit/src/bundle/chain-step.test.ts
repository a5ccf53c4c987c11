import { expect, test } from 'vitest';
import { utf8 } from '../bytes.ts';
import { newId } from '../ids.ts';
import { digestOf, toDigest } from '../sha256.ts';
import { bundleLines, type BundleSpec, bundleText, newSigner } from '../testing/bundle-builder.ts';
import { completed, decided, openLog, ORIGIN } from '../testing/log-builder.ts';
import type { BundleReport } from './report.ts';
import { verifyBundle } from './verify.ts';

const signer = await newSigner();

async function reportOf(spec: Omit<BundleSpec, 'signer'>): Promise<BundleReport> {
  const text = bundleText(await bundleLines({ signer, ...spec }));
  return verifyBundle([utf8(text)], { vkeys: [signer.vkey], keysFrom: 'outside' });
}

const log = digestOf(ORIGIN);
const linked = async (link: object): Promise<BundleReport> => {
  const built = openLog();
  const [call, chain] = [newId('call'), newId('chain')];
  built.add(decided(call, {}, chain));
  const prevLeaf = toDigest(built.entries[1]?.leaf ?? new Uint8Array(32));
  const full = { seq: 1, prevLog: log, prevIndex: 1, prevLeaf, ...link };
  built.add(completed(call, 1, 'ok', chain), { link: full });
  return reportOf({ log: built });
};

test('a link that fits is one', async () => {
  expect((await linked({})).firstFailure).toBeNull();
});

test.each([
  ['to another leaf', { prevLeaf: digestOf('x') }],
  ['to another entry', { prevIndex: 0 }],
  ['to an entry after it', { prevIndex: 9 }],
  ['with the number of the one before', { seq: 0, prevLog: null, prevIndex: null, prevLeaf: null }],
  ['that begins and continues', { seq: 0 }],
  ['that continues nothing', { prevLog: null, prevIndex: null, prevLeaf: null }],
  ['without a leaf', { prevLeaf: null }],
])('a link %s is broken', async (_what, link) => {
  expect((await linked(link)).levels.chains.first).toMatchObject({ code: 'chain_broken', index: 2 });
});

test('a number that comes again is broken, whatever it links to', async () => {
  const built = openLog();
  const [call, chain] = [newId('call'), newId('chain')];
  built.add(decided(call, {}, chain));
  built.add(completed(call, 1, 'ok', chain));
  const prevLeaf = toDigest(built.entries[2]?.leaf ?? new Uint8Array(32));
  built.add(decided(newId('call'), {}, chain), { link: { seq: 1, prevLog: log, prevIndex: 2, prevLeaf } });
  const report = await reportOf({ log: built });
  expect(report.levels.chains.first).toMatchObject({ code: 'chain_broken', index: 3 });
});

test.each([
  ['that begins it and names one before', { seq: 0, prevLog: log, prevIndex: 0, prevLeaf: digestOf('x') }],
  ['that does not begin it and names none', { seq: 3, prevLog: null, prevIndex: null, prevLeaf: null }],
])('the first of a chain in a bundle with a link %s is broken', async (_what, link) => {
  const built = openLog();
  built.add(decided(newId('call'), {}, newId('chain')), { link });
  const report = await reportOf({ log: built });
  expect(report.levels.chains.first).toMatchObject({ code: 'chain_broken', index: 1 });
});

test('a link into another log is counted, and not followed', async () => {
  const report = await linked({
    seq: 7,
    prevLog: digestOf('elsewhere'),
    prevIndex: 3,
    prevLeaf: digestOf('x'),
  });
  expect(report.firstFailure).toBeNull();
  expect(report.notProven.join('\n')).toContain('1 chain link into other logs');
});

test('a chain that was asked for and has no entry is none', async () => {
  const report = await reportOf({ log: openLog(), selection: { chain: newId('chain') }, indexes: [] });
  expect(report.firstFailure).toMatchObject({ code: 'chain_incomplete', index: null });
});
