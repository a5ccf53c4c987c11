// Every kind of failure that a verifier can name is provoked here, once at least, by a log or a bundle that has it.

import { expect, test } from 'vitest';
import { utf8 } from '../bytes.ts';
import { signCheckpoint } from '../checkpoint.ts';
import { generateCosignerKey } from '../cosignature/key.ts';
import { sealEntry } from '../entry/seal.ts';
import type { EntryDraft } from '../entry/types.ts';
import { newId } from '../ids.ts';
import { manifestKeyName, signKeyManifest } from '../keys/manifest.ts';
import type { NoteSigner } from '../note-key.ts';
import { receiptKeyName, signReceipt } from '../receipt/receipt.ts';
import { digestOf, toDigest } from '../sha256.ts';
import { bundleLines, type BundleSpec, bundleText, newSigner } from '../testing/bundle-builder.ts';
import { completed, decided, emptyLog, type LogBuilder, openLog, ORIGIN } from '../testing/log-builder.ts';
import { storyLog } from '../testing/story.ts';
import { parseTrust } from '../trust/parse.ts';
import type { Trust } from '../trust/types.ts';
import type { BundleOptions } from '../bundle/report.ts';
import type { BodyLine, EntryLine } from '../bundle/types.ts';
import { verifyBundle } from '../bundle/verify.ts';
import { verifyLog } from './log.ts';
import type { ReplayAnswer, Replayer } from './replayer.ts';
import type { Failure, FailureCode, StoredEntry, VerifyOptions } from './types.ts';

type Found = readonly Failure[];

const STORY = storyLog();
const { log: LOG, at: AT } = STORY;
const SIZE = LOG.entries.length;
const signer = await newSigner();
const stranger = await newSigner();
const note = await signCheckpoint({ origin: ORIGIN, size: SIZE, root: LOG.root() }, signer);

async function inLog(entries: readonly StoredEntry[], options: Partial<VerifyOptions> = {}): Promise<Found> {
  const found: Failure[] = [];
  await verifyLog(entries, { origin: ORIGIN, ...options, onFailure: (failure) => found.push(failure) });
  return found;
}

/** A log that opens and then has these. */
async function inLogOf(...drafts: readonly EntryDraft[]): Promise<Found> {
  const log = openLog();
  for (const draft of drafts) log.add(draft);
  return inLog(log.entries);
}

async function inBundle(text: string, options: BundleOptions = {}): Promise<Found> {
  const found: Failure[] = [];
  const all = { vkeys: [signer.vkey], ...options, onFailure: (failure: Failure) => found.push(failure) };
  await verifyBundle([utf8(text)], all);
  return found;
}

type Spoil = (lines: BodyLine[]) => BodyLine[];

async function spoilt(
  spoil: Spoil,
  options: BundleOptions = {},
  spec: Partial<BundleSpec> = {},
): Promise<Found> {
  return inBundle(bundleText(spoil(await bundleLines({ log: LOG, signer, ...spec }))), options);
}

const asIs: Spoil = (lines) => lines;

/** Changes the line of one entry. */
const onEntry =
  (index: number, change: (line: EntryLine) => EntryLine): Spoil =>
  (lines) =>
    lines.map((line) => (line.type === 'entry' && line.index === index ? change(line) : line));

const without =
  (index: number): Spoil =>
  (lines) =>
    lines.filter((line) => line.type !== 'entry' || line.index !== index);

async function policy(...lines: readonly string[]): Promise<Trust> {
  const trust = await parseTrust(`log ${signer.vkey}\n${lines.join('\n')}\n`);
  if (!trust.ok) throw new Error(trust.error.message);
  return trust.value;
}

const { vkey: WITNESS } = await generateCosignerKey('w.example.org');

function replayerOf(answer: ReplayAnswer): Replayer {
  return { engine: 'test 1', algebra: 'test/1', schemaProblem: () => null, replay: () => answer };
}

const mismatch =
  (code: 'replay_outcome' | 'replay_reason' | 'replay_policies' | 'replay_obligations') => () =>
    inLog(LOG.entries, { replayer: replayerOf({ kind: 'mismatch', code, message: 'otherwise' }) });

const allowing = (code: string): EntryDraft =>
  decided(newId('call'), { approval: null, policySet: digestOf(code) });

function moved(log: LogBuilder, index: number, as: number): StoredEntry[] {
  return log.entries.map((entry) => (entry.index === index ? { ...entry, index: as } : entry));
}

async function receiptOf(index: number, leaf: Uint8Array, key?: NoteSigner): Promise<BodyLine> {
  const by = key ?? (await newSigner(receiptKeyName(ORIGIN)));
  const time = index;
  const receipt = {
    origin: ORIGIN,
    index,
    leaf,
    time,
    call: newId('call'),
    kind: 'decided',
    promiseSeconds: 5,
  } as const;
  return { type: 'receipt', note: await signReceipt(receipt, by) };
}

const leafOf = (index: number): Uint8Array => LOG.entries[index]?.leaf ?? new Uint8Array(32);
const [call, approval, node] = [newId('call'), newId('apr'), newId('node')];
const NOBODY = { call: null, agent: null, chain: null } as const;
const reviewed = (state: 'pending' | 'approved'): EntryDraft => ({
  kind: 'approval.reviewed',
  ...NOBODY,
  body: { approval, verdict: 'approve', reviewer: newId('usr'), state },
  details: {},
});
const requested = (quorum: number): EntryDraft => ({
  kind: 'approval.requested',
  ...NOBODY,
  body: { approval, quorum, expiresAt: 1 },
  details: {},
});

const CASES: Readonly<Record<FailureCode, () => Promise<Found>>> = {
  log_empty: () => inLog([]),
  entry_missing: () => inLog(LOG.entries.filter(({ index }) => index !== 3)),
  entry_out_of_order: () => inLog([...LOG.entries.slice(0, 3), ...LOG.entries.slice(1)]),
  archive_mismatch: () => inLog(LOG.entries, { archives: [{ from: 0, to: 1, digest: digestOf('another') }] }),
  entry_malformed: () => spoilt(onEntry(3, (line) => ({ ...line, header: ` ${line.header}` }))),
  entry_misplaced: () => inLog(moved(LOG, SIZE - 1, SIZE + 3)),
  time_backwards: async () => {
    const log = openLog();
    log.add(decided(call), { time: 50 });
    log.add(completed(call, 1), { time: 40 });
    return inBundle(bundleText(await bundleLines({ log, signer })));
  },
  log_not_opened: async () => {
    const log = emptyLog();
    log.add(decided(call));
    return inLog(log.entries);
  },
  log_opened_twice: () => inLogOf({ kind: 'log.opened', ...NOBODY, body: {}, details: {} }),
  leaf_mismatch: () => spoilt(onEntry(3, (line) => ({ ...line, leaf: digestOf('another') }))),
  prev_mismatch: async () => {
    // A writer that forgets: the entry is in the tree, and names another one before it.
    const log = openLog();
    const draft = { kind: 'node.stopped', ...NOBODY, body: { reason: 'signal' }, details: {} } as const;
    const sealed = sealEntry(draft, { index: 1, prev: digestOf('another'), time: 9, node, chain: null });
    log.entries.push({ index: 1, ...sealed });
    return spoilt(asIs, {}, { log: { ...log, root: () => new Uint8Array(32) } });
  },
  origin_mismatch: () => inLog(LOG.entries, { origin: 'another.example' }),
  detail_tampered: () =>
    spoilt(
      onEntry(AT.denied, (line) => ({
        ...line,
        details: line.details.map((one) => ({ ...one, text: 'x' })),
      })),
    ),
  detail_uncommitted: () =>
    spoilt(onEntry(3, (line) => ({ ...line, withheld: [...line.withheld, 'shown'] }))),
  detail_missing: () =>
    spoilt(onEntry(AT.held, (line) => ({ ...line, details: [], erased: ['caller', 'request'] }))),
  chain_broken: async () => {
    const log = openLog();
    const chain = newId('chain');
    log.add(decided(call, {}, chain));
    const link = { seq: 1, prevLog: digestOf(ORIGIN), prevIndex: 0, prevLeaf: digestOf('x') };
    log.add(completed(call, 1, 'ok', chain), { link });
    return spoilt(asIs, {}, { log });
  },
  chain_incomplete: () => {
    const indexes = LOG.entries.map(({ index }) => index).filter((index) => index !== AT.reviewed);
    return spoilt(
      (lines) =>
        lines.map((line) => (line.type === 'entry' ? { ...line, selected: line.index >= AT.held } : line)),
      {},
      { selection: { chain: STORY.chain }, indexes },
    );
  },
  call_decided_twice: () => inLogOf(decided(call), decided(call)),
  call_not_open: () => inLogOf(completed(call, 0)),
  call_not_allowed: () => inLogOf(decided(call, { decision: 'hold', reason: 'guarded' }), completed(call, 1)),
  call_reference_wrong: () => inLogOf(decided(call), completed(call, 0)),
  call_times: () => {
    const ended = completed(call, 1);
    return inLogOf(decided(call), { ...ended, body: { ...ended.body, durationUs: 900, firstByteUs: 901 } });
  },
  task_not_open: () =>
    inLogOf({
      kind: 'task.settled',
      call,
      agent: null,
      chain: null,
      body: { state: 'completed', decided: 0 },
      details: {},
    }),
  approval_repeated: () => inLogOf(requested(1), requested(1)),
  approval_unknown: () => spoilt(without(AT.requested)),
  approval_not_pending: () => inLogOf(requested(1), reviewed('approved'), reviewed('approved')),
  approval_state: () =>
    inLogOf(requested(1), {
      kind: 'approval.closed',
      call: null,
      agent: null,
      chain: null,
      body: { approval, state: 'expired', previous: 'approved', user: null },
      details: {},
    }),
  approval_actor: () =>
    inLogOf(requested(1), {
      kind: 'approval.closed',
      call: null,
      agent: null,
      chain: null,
      body: { approval, state: 'expired', previous: 'pending', user: null },
      details: { actor: '{"name":"nobody"}' },
    }),
  approval_quorum: () => inLogOf(requested(2), reviewed('approved')),
  approval_not_granted: () => inLogOf(requested(1), decided(call, { reason: 'grant_redeemed', approval })),
  decision_without_policy: async () => {
    const log = openLog();
    log.add(decided(call));
    return inLog(log.entries, { replayer: replayerOf({ kind: 'replayed' }) });
  },
  policy_set_missing: async () => {
    const log = openLog();
    log.add(allowing('nobody’s'));
    return inLog(log.entries, { replayer: replayerOf({ kind: 'replayed' }) });
  },
  policy_set_mismatch: async () => {
    const stored = LOG.entries[AT.activated];
    const salt = stored?.details.find(({ name }) => name === 'sources')?.salt;
    const line: BodyLine = {
      type: 'policySet',
      digest: digestOf('the set'),
      entry: AT.activated,
      salt: toDigest(salt ?? new Uint8Array(32)),
      sources: STORY.sources.replace('permit', 'forbid'),
    };
    return spoilt(asIs, {}, { more: [line], withhold: ['sources'] });
  },
  schema_mismatch: () =>
    spoilt(
      asIs,
      { replayer: { ...replayerOf({ kind: 'replayed' }), schemaProblem: () => 'it is another' } },
      { more: [{ type: 'schema', digest: digestOf('a'), input: '{}' }] },
    ),
  replay_outcome: mismatch('replay_outcome'),
  replay_reason: mismatch('replay_reason'),
  replay_policies: mismatch('replay_policies'),
  replay_obligations: mismatch('replay_obligations'),
  checkpoint_malformed: () => inLog(LOG.entries, { external: ['nonsense'] }),
  checkpoint_signature: () => spoilt(asIs, { vkeys: [stranger.vkey] }),
  checkpoint_origin: async () => {
    const other = await newSigner('another.example');
    const held = await signCheckpoint({ origin: 'another.example', size: 1, root: LOG.root(1) }, other);
    return spoilt(asIs, { vkeys: [signer.vkey, other.vkey], external: [held] });
  },
  checkpoint_order: () => inLog(LOG.entries, { checkpoints: [note, note.replace(`\n${SIZE}\n`, '\n1\n')] }),
  checkpoint_root: () =>
    inLog(LOG.entries.slice(0, -1).concat(LOG.entries.slice(0, 1)), { checkpoints: [note] }),
  tail_missing: () => inLog(LOG.entries.slice(0, 4), { external: [note] }),
  quorum_unmet: async () => spoilt(asIs, { trust: await policy(`witness w ${WITNESS}`, 'quorum w') }),
  witness_required: () => spoilt(asIs, { requireWitness: true }),
  bundle_malformed: async () => inBundle('{"type":"bundle"}\n'),
  bundle_too_large: () =>
    spoilt(asIs, { limits: { lineBytes: 100, totalBytes: 1e9, lines: 9, heldBytes: 9 } }),
  bundle_truncated: async () => {
    const text = bundleText(await bundleLines({ log: LOG, signer }));
    return inBundle(text.slice(0, text.lastIndexOf('{"digest"')));
  },
  bundle_altered: async () => {
    const text = bundleText(await bundleLines({ log: LOG, signer }));
    return inBundle(text.replace('"generator":"test"', '"generator":"tess"'));
  },
  entry_not_selected: () => spoilt(asIs, {}, { selection: { to: 3 } }),
  inclusion_missing: () => spoilt(onEntry(3, (line) => ({ ...line, proof: null }))),
  inclusion_invalid: () =>
    spoilt(onEntry(3, (line) => ({ ...line, proof: line.proof?.toReversed() ?? null }))),
  range_incomplete: () => spoilt(without(4), {}, { isRange: true }),
  range_root: () =>
    spoilt(
      (lines) =>
        lines.map((line) =>
          line.type === 'range' ? { ...line, before: line.before.map(() => digestOf('x')) } : line,
        ),
      {},
      { isRange: true, selection: { from: 2 }, indexes: LOG.entries.map(({ index }) => index).slice(2) },
    ),
  checkpoint_conflict: async () => {
    const forked = await signCheckpoint({ origin: ORIGIN, size: SIZE, root: LOG.root(5) }, signer);
    return spoilt(asIs, { external: [forked] });
  },
  consistency_invalid: async () => {
    const forked = await signCheckpoint({ origin: ORIGIN, size: 4, root: LOG.root(5) }, signer);
    return spoilt(asIs, { external: [forked] }, { since: [4] });
  },
  keys_untrusted: async () => {
    const root = await newSigner(manifestKeyName(ORIGIN));
    const other = await newSigner(manifestKeyName(ORIGIN));
    const keys = [{ role: 'checkpoint', vkey: signer.vkey, from: 0, to: null, revoked: false }] as const;
    const manifest = await signKeyManifest({ origin: ORIGIN, serial: 1, keys }, other);
    const spoil: Spoil = ([head, ...rest]) =>
      head === undefined ? rest : [head, { type: 'keys', note: manifest }, ...rest];
    return spoilt(spoil, { vkeys: [root.vkey, signer.vkey] });
  },
  keys_outdated: async () => {
    const trust = await policy(`manifest ${ORIGIN} 2`, 'quorum none');
    return inLog(LOG.entries, { trust });
  },
  held_not_comparable: async () =>
    spoilt(asIs, {
      external: [await signCheckpoint({ origin: ORIGIN, size: 4, root: LOG.root(4) }, signer)],
    }),
  timestamp_invalid: () =>
    spoilt(
      asIs,
      { checkTimestamp: async () => ({ ok: false, message: 'another hash' }) },
      { more: [{ type: 'anchor', name: 'tsa', note, proof: 'AAAA', to: 'timestamp' }] },
    ),
  receipt_malformed: async () => spoilt(asIs, {}, { more: [{ type: 'receipt', note }] }),
  receipt_signature: async () => {
    const key = await newSigner(receiptKeyName(ORIGIN));
    const receipt = await receiptOf(3, leafOf(3));
    return spoilt(asIs, { vkeys: [signer.vkey, key.vkey] }, { more: [receipt] });
  },
  receipt_conflict: async () => spoilt(asIs, {}, { more: [await receiptOf(3, leafOf(4))] }),
  receipt_without_entry: async () => spoilt(without(3), {}, { more: [await receiptOf(3, leafOf(3))] }),
};

test.each(Object.entries(CASES))('%s is found and named', async (code, provoke) => {
  const found = await provoke();
  expect(found.map((failure) => failure.code)).toContain(code);
  for (const { message } of found) expect(message).not.toBe('');
});

test('without being spoilt, log and bundle have none of these', async () => {
  const entries = LOG.entries;
  expect(await inLog(entries, { checkpoints: [note], external: [note], vkeys: [signer.vkey] })).toEqual([]);
  expect(await spoilt(asIs)).toEqual([]);
  expect(await spoilt(asIs, {}, { isRange: true })).toEqual([]);
});
