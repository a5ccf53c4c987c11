// What a verifier of bundles must see beyond the plain cases of `testing/faults`: each of these is a way to have
// something believed that was not shown.

import { describe, expect, test } from 'vitest';
import { utf8 } from '../bytes.ts';
import { signCheckpoint } from '../checkpoint.ts';
import { cosign } from '../cosignature/cosignature.ts';
import { generateCosignerKey, importCosigner } from '../cosignature/key.ts';
import { sealEntry } from '../entry/seal.ts';
import { newId } from '../ids.ts';
import { manifestKeyName, signKeyManifest } from '../keys/manifest.ts';
import { receiptKeyName, signReceipt } from '../receipt/receipt.ts';
import { digestOf, sha256, toDigest } from '../sha256.ts';
import { bundleLines, type BundleSpec, bundleText, newSigner } from '../testing/bundle-builder.ts';
import { decided, openLog, ORIGIN, withEntries } from '../testing/log-builder.ts';
import { behindHead, onEntry } from '../testing/faults/spoilt.ts';
import { storyLog } from '../testing/story.ts';
import { parseTrust } from '../trust/parse.ts';
import type { Trust } from '../trust/types.ts';
import type { Replayer } from '../verify/replayer.ts';
import type { BundleOptions, BundleReport } from './report.ts';
import type { BodyLine } from './types.ts';
import { verifyBundle } from './verify.ts';

const STORY = storyLog();
const { log: LOG, at: AT } = STORY;
const SIZE = LOG.entries.length;
const signer = await newSigner();

async function reportOf(
  spec: Partial<BundleSpec> = {},
  options: BundleOptions = {},
  spoil: (lines: BodyLine[]) => BodyLine[] = (lines) => lines,
): Promise<BundleReport> {
  const lines = spoil(await bundleLines({ log: LOG, signer, ...spec }));
  return verifyBundle([utf8(bundleText(lines))], { vkeys: [signer.vkey], keysFrom: 'outside', ...options });
}

describe('keys', () => {
  const manifestOf = async (vkey: string): Promise<BodyLine> => {
    const root = await newSigner(manifestKeyName(ORIGIN));
    const keys = [{ role: 'checkpoint', vkey, from: 0, to: null, revoked: false }] as const;
    return { type: 'keys', note: await signKeyManifest({ origin: ORIGIN, serial: 1, keys }, root) };
  };

  test('a manifest that no key of the auditor signed hands out no keys', async () => {
    const thief = await newSigner();
    const spoil = behindHead(await manifestOf(thief.vkey));
    const report = await reportOf({ signer: thief }, {}, spoil);
    expect(report.firstFailure?.code).toBe('checkpoint_signature');
    expect(report.checkpoint).toBeNull();
  });

  test('nor does it take the auditor’s own key away', async () => {
    const stranger = await newSigner();
    const report = await reportOf({}, {}, behindHead(await manifestOf(stranger.vkey)));
    expect([report.firstFailure, report.checkpoint?.signedBy]).toEqual([null, [signer.vkey]]);
  });

  test('without any key of the auditor the bundle’s own are used, and that is said', async () => {
    const spoil = behindHead(await manifestOf(signer.vkey));
    const report = await reportOf({}, { vkeys: [], keysFrom: 'store' }, spoil);
    expect([report.firstFailure, report.checkpoint?.signedBy]).toEqual([null, [signer.vkey]]);
    expect(report.summary).toContain('signed by a key that came with the bundle');
    expect(report.notProven[0]).toMatch(/the checkpoint key did not come from you/);
  });

  test('without any key at all nothing is signed, and that is said', async () => {
    const report = await reportOf({}, { vkeys: [] });
    expect(report.firstFailure).toBeNull();
    expect(report.notProven[0]).toMatch(/^unsigned/);
  });
});

describe('witnesses', () => {
  const policy = async (vkey: string): Promise<Trust> => {
    const trust = await parseTrust(`log ${signer.vkey}\nwitness w ${vkey}\nquorum w\n`);
    if (!trust.ok) throw new Error(trust.error.message);
    return trust.value;
  };
  const cosignedAnchor = async (size: number, root: Uint8Array) => {
    const pair = await generateCosignerKey('w.example.org');
    const cosigner = await importCosigner(pair.skey);
    if (!cosigner.ok) throw new Error(cosigner.error.message);
    const note = await signCheckpoint({ origin: ORIGIN, size, root }, signer);
    const cosigned = note + (await cosign(note.slice(0, note.lastIndexOf('\n\n') + 1), 9, cosigner.value));
    const anchor: BodyLine = { type: 'anchor', to: 'witness', name: 'w', note: cosigned, proof: null };
    return { anchor, trust: await policy(pair.vkey) };
  };

  test('a checkpoint that they cosigned counts as far as it is shown to be a beginning', async () => {
    const { anchor, trust } = await cosignedAnchor(5, LOG.root(5));
    const early = { more: [anchor], since: [5], indexes: [0, 1, 2] };
    const report = await reportOf(early, { trust });
    expect([report.firstFailure, report.witnesses.covered]).toEqual([null, 5]);
    expect(report.notProven.join('\n')).not.toMatch(/unwitnessed/);
  });

  test('of entries after it they saw nothing', async () => {
    const { anchor, trust } = await cosignedAnchor(5, LOG.root(5));
    const report = await reportOf({ more: [anchor], since: [5] }, { trust });
    expect(report.firstFailure).toMatchObject({ code: 'quorum_unmet', index: 5 });
    expect(report.witnesses).toMatchObject({ quorum: 'unmet', covered: 5 });
  });

  test('what is not shown to be a beginning counts for nothing', async () => {
    const { anchor, trust } = await cosignedAnchor(5, LOG.root(5));
    const report = await reportOf({ more: [anchor], indexes: [0, 1, 2] }, { trust });
    expect(report.witnesses).toMatchObject({ quorum: 'unmet', covered: 0 });
  });

  test('what they cosigned of another log shows that there are two', async () => {
    const { anchor, trust } = await cosignedAnchor(SIZE, LOG.root(3));
    const report = await reportOf({ more: [anchor] }, { trust });
    expect(report.firstFailure?.code).toBe('checkpoint_conflict');
    expect(report.witnesses.covered).toBe(0);
  });
});

describe('entries', () => {
  test('entry 0 begins the log that the bundle names', async () => {
    const draft = {
      kind: 'log.opened',
      call: null,
      agent: null,
      chain: null,
      body: {},
      details: {},
    } as const;
    const position = { index: 0, prev: digestOf('another'), time: 0, node: newId('node'), chain: null };
    const { header, leaf, details } = sealEntry(draft, position);
    const report = await reportOf({ log: withEntries(LOG, [{ index: 0, header, leaf, details }]) });
    expect(report.firstFailure).toMatchObject({ code: 'origin_mismatch', index: 0 });
  });

  test('the end of a selection is not part of it', async () => {
    const report = await reportOf({ selection: { from: 2, to: 4 }, indexes: [2, 3, 4] });
    expect(report.firstFailure).toMatchObject({ code: 'entry_not_selected', index: 4 });
  });

  test('of a range the entry is named that is missing', async () => {
    const indexes = LOG.entries.map(({ index }) => index).filter((index) => index !== 4);
    const report = await reportOf({ isRange: true, indexes });
    expect(report.levels.inclusion.first).toMatchObject({ code: 'range_incomplete', index: 4 });
    expect(report.range).toBeNull();
  });

  test('a range and entries outside of it are proven in one bundle', async () => {
    const spec = { isRange: true, selection: { from: 3, to: 6 } };
    const indexes = [0, 1, 3, 4, 5, 7];
    const outside = (lines: BodyLine[]): BodyLine[] =>
      lines.map((line) =>
        line.type === 'entry' ? { ...line, selected: line.index >= 3 && line.index < 6 } : line,
      );
    const report = await reportOf({ ...spec, indexes }, {}, outside);
    expect(report.levels.inclusion.state).toBe('passed');
    expect(report).toMatchObject({ range: { from: 3, to: 6 }, entries: { selected: 3, others: 3 } });
  });
});

describe('details', () => {
  test.each([
    ['as text and as bytes', { base64: 'QWRh' }],
    ['as neither', { text: null }],
    ['under a salt that is another', { salt: toDigest(sha256()) }],
    ['under another name', { name: 'reason' }],
  ])('one that comes %s is none', async (_what, change) => {
    const spoil = onEntry(AT.reviewed, (line) => ({
      ...line,
      details: line.details.map((detail) => ({ ...detail, ...change })),
    }));
    expect((await reportOf({}, {}, spoil)).levels.details.state).toBe('failed');
  });

  test('bytes that are no text come as base64', async () => {
    const log = openLog();
    const value = Uint8Array.of(0xff, 0xfe);
    log.add({ ...decided(newId('call')), details: { request: value } });
    const report = await reportOf({ log });
    expect([report.firstFailure, report.details.disclosed]).toEqual([null, 2]);
  });

  const gone = (index: number, name: string) =>
    onEntry(index, (line) => ({
      ...line,
      details: line.details.filter((detail) => detail.name !== name),
      erased: [...line.erased, name],
    }));

  test('a redaction accounts for the names and entries that it lists, and for no others', async () => {
    expect((await reportOf({}, {}, gone(AT.denied, 'caller'))).firstFailure).toBeNull();
    for (const [index, name] of [
      [AT.denied, 'request'],
      [AT.held, 'caller'],
    ] as const) {
      const report = await reportOf({}, {}, gone(index, name));
      expect(report.firstFailure).toMatchObject({ code: 'detail_missing', index });
    }
  });

  test('two policy sets cannot both be the one of an entry', async () => {
    const stored = LOG.entries[AT.activated]?.details.find(({ name }) => name === 'sources');
    const salt = toDigest(stored?.salt ?? new Uint8Array(32));
    const line: BodyLine = {
      type: 'policySet',
      digest: digestOf('the set'),
      entry: AT.activated,
      salt,
      sources: STORY.sources,
    };
    const spec = { withhold: ['sources'] };
    expect((await reportOf({ ...spec, more: [line] })).firstFailure).toBeNull();
    expect((await reportOf({ ...spec, more: [line, line] })).firstFailure).toMatchObject({
      code: 'policy_set_mismatch',
      index: AT.activated,
    });
  });
});

describe('receipts', () => {
  test('one of another log is none of this', async () => {
    const origin = 'another.example';
    const key = await newSigner(receiptKeyName(origin));
    const leaf = LOG.entries[3]?.leaf ?? new Uint8Array(32);
    const receipt = {
      origin,
      index: 3,
      leaf,
      time: 3,
      call: newId('call'),
      kind: 'decided',
      promiseSeconds: 5,
    } as const;
    const more: BodyLine[] = [{ type: 'receipt', note: await signReceipt(receipt, key) }];
    expect((await reportOf({ more })).firstFailure?.code).toBe('receipt_malformed');
  });

  test('one whose key is known is checked by it, and counted', async () => {
    const key = await newSigner(receiptKeyName(ORIGIN));
    const leaf = LOG.entries[3]?.leaf ?? new Uint8Array(32);
    const receipt = {
      origin: ORIGIN,
      index: 3,
      leaf,
      time: 3,
      call: newId('call'),
      kind: 'decided',
      promiseSeconds: 5,
    } as const;
    const more: BodyLine[] = [{ type: 'receipt', note: await signReceipt(receipt, key) }];
    const signed = await reportOf({ more }, { vkeys: [signer.vkey, key.vkey] });
    expect([signed.firstFailure, signed.receipts]).toEqual([null, { read: 1, signed: 1 }]);
    const unsigned = await reportOf({ more });
    expect([unsigned.firstFailure, unsigned.receipts]).toEqual([null, { read: 1, signed: 0 }]);
    expect(unsigned.notProven.join('\n')).toContain('1 receipt: no signature');
  });
});

describe('decisions', () => {
  const replayer: Replayer = {
    engine: 'test 1',
    algebra: 'test/1',
    schemaProblem: () => null,
    replay: () => ({ kind: 'replayed' }),
  };

  test('those of another algebra are not made again by this one', async () => {
    const report = await reportOf({ algebra: 'other/2' }, { replayer });
    expect(report.firstFailure).toBeNull();
    expect(report.decisions).toEqual({
      decisions: 3,
      replayed: 0,
      mismatched: 0,
      notReplayed: { 'other_algebra: other/2': 3 },
    });
    expect(report.notProven.join('\n')).toContain('not replayed: 3 of 3 decisions');
  });

  test('withheld sources keep decisions from being made again, and that is no failure', async () => {
    const report = await reportOf({ withhold: ['sources'] }, { replayer });
    expect([report.firstFailure, report.decisions.notReplayed]).toEqual([null, { 'withheld: sources': 3 }]);
  });

  test('what the replayer is given is what was recorded, with the approval that the call used', async () => {
    const seen: unknown[] = [];
    const spy: Replayer = {
      ...replayer,
      replay: ({ header, policySet, guards, missing }) => {
        seen.push([header.index, policySet, guards, missing]);
        return { kind: 'replayed' };
      },
    };
    const report = await reportOf({}, { replayer: spy });
    expect(report.decisions).toMatchObject({ decisions: 3, replayed: 3 });
    const set = { digest: STORY.set, sources: STORY.sources, broken: '[]' };
    expect(seen).toEqual([
      [AT.held, set, null, []],
      [AT.allowed, set, '[]', []],
      [AT.denied, set, null, []],
    ]);
  });
});

test('progress is told, at the end in any case', async () => {
  const told: number[] = [];
  await reportOf({}, { onProgress: ({ entries }) => told.push(entries) });
  expect(told).toEqual([SIZE]);
});
