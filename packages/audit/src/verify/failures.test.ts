// Every kind of failure that a verifier can name is provoked here, once at least, by a log or a bundle that has it, and names
// the entry. Bundles go through the program, the stand-alone package and a browser in tests/e2e/bundle-failures.test.ts.

import { expect, test } from 'vitest';
import { utf8 } from '../bytes.ts';
import { verifyBundle } from '../bundle/verify.ts';
import type { EntryDraft } from '../entry/types.ts';
import { newId } from '../ids.ts';
import { digestOf } from '../sha256.ts';
import {
  type ByEngine,
  type OfAnyBundle,
  type OfLogsOnly,
  SPOILT_BUNDLES,
} from '../testing/faults/bundles.ts';
import { FAULTY_LOGS } from '../testing/faults/logs.ts';
import {
  asIs,
  note,
  policyOf,
  signer,
  SIZE,
  type SpoiltBundle,
  spoilt,
  STORY,
} from '../testing/faults/spoilt.ts';
import { decided, emptyLog, openLog, ORIGIN } from '../testing/log-builder.ts';
import { parseTrust } from '../trust/parse.ts';
import type { BundleOptions } from '../bundle/report.ts';
import { verifyLog } from './log.ts';
import type { ReplayAnswer, Replayer } from './replayer.ts';
import type { Failure, FailureCode, StoredEntry, VerifyOptions } from './types.ts';

type Found = readonly Failure[];

const LOG = STORY.log;

async function inLog(entries: readonly StoredEntry[], options: Partial<VerifyOptions> = {}): Promise<Found> {
  const found: Failure[] = [];
  await verifyLog(entries, { origin: ORIGIN, ...options, onFailure: (failure) => found.push(failure) });
  return found;
}

async function inBundle(bundle: SpoiltBundle, options: BundleOptions = {}): Promise<Found> {
  const trust = await parseTrust(bundle.trust);
  if (!trust.ok) throw new Error(trust.error.message);
  const { external, requireWitness } = bundle;
  const found: Failure[] = [];
  const all = { ...options, external, requireWitness, onFailure: (failure: Failure) => found.push(failure) };
  await verifyBundle([utf8(bundle.text)], { trust: trust.value, ...all });
  return found;
}

function replayerOf(answer: ReplayAnswer): Replayer {
  return { engine: 'test 1', algebra: 'test/1', schemaProblem: () => null, replay: () => answer };
}

const mismatch =
  (code: 'replay_outcome' | 'replay_reason' | 'replay_policies' | 'replay_obligations') => () =>
    inLog(LOG.entries, { replayer: replayerOf({ kind: 'mismatch', code, message: 'otherwise' }) });

/** A log that opens and then has this. */
async function withOne(draft: EntryDraft, options: Partial<VerifyOptions> = {}): Promise<Found> {
  const log = openLog();
  log.add(draft);
  return inLog(log.entries, options);
}

const REPLAYED = { replayer: replayerOf({ kind: 'replayed' }) };
const [first] = LOG.entries;
if (first === undefined) throw new Error('the log has entries');

const OTHERS: Readonly<
  Record<OfLogsOnly | ByEngine | 'timestamp_invalid', () => Promise<readonly Failure[]>>
> = {
  log_empty: () => inLog([]),
  entry_missing: () => inLog(LOG.entries.filter(({ index }) => index !== 3)),
  entry_out_of_order: () => inLog([...LOG.entries.slice(0, 3), ...LOG.entries.slice(1)]),
  archive_mismatch: () => inLog(LOG.entries, { archives: [{ from: 0, to: 1, digest: digestOf('another') }] }),
  log_not_opened: async () => {
    const log = emptyLog();
    log.add(decided(newId('call')));
    return inLog(log.entries);
  },
  log_opened_twice: () =>
    withOne({ kind: 'log.opened', call: null, agent: null, chain: null, body: {}, details: {} }),
  checkpoint_order: () => inLog(LOG.entries, { checkpoints: [note, note.replace(`\n${SIZE}\n`, '\n1\n')] }),
  checkpoint_root: () => inLog(LOG.entries.slice(0, -1).concat(first), { checkpoints: [note] }),
  tail_missing: () => inLog(LOG.entries.slice(0, 4), { external: [note] }),
  decision_without_policy: () => withOne(decided(newId('call')), REPLAYED),
  policy_set_missing: () => withOne(decided(newId('call'), { policySet: digestOf('nobody’s') }), REPLAYED),
  schema_mismatch: async () => {
    const replayer = { ...REPLAYED.replayer, schemaProblem: () => 'it is another' };
    const more = [{ type: 'schema', digest: digestOf('a'), input: '{}' }] as const;
    return inBundle(await spoilt(null, asIs, { more }), { replayer });
  },
  replay_outcome: mismatch('replay_outcome'),
  replay_reason: mismatch('replay_reason'),
  replay_policies: mismatch('replay_policies'),
  replay_obligations: mismatch('replay_obligations'),
  timestamp_invalid: async () => {
    const more = [{ type: 'anchor', name: 'tsa', note, proof: 'AAAA', to: 'timestamp' }] as const;
    const checkTimestamp = async () => ({ ok: false, message: 'another hash' }) as const;
    return inBundle(await spoilt(null, asIs, { more }), { checkTimestamp });
  },
};

/** What is found in bundles by code of their own. */
const IN_LOGS_AS_WELL = {
  entry_misplaced: () =>
    inLog(LOG.entries.map((entry) => (entry.index === SIZE - 1 ? { ...entry, index: SIZE + 3 } : entry))),
  checkpoint_malformed: () => inLog(LOG.entries, { external: ['nonsense'] }),
  keys_outdated: async () => {
    const trust = await parseTrust(policyOf([signer.vkey], [`manifest ${ORIGIN} 2`, 'quorum none']));
    if (!trust.ok) throw new Error(trust.error.message);
    return inLog(LOG.entries, { trust: trust.value });
  },
} as const satisfies Partial<Record<OfAnyBundle, () => Promise<Found>>>;

const codes = <Code extends FailureCode, Of>(cases: Readonly<Record<Code, Of>>) =>
  Object.entries(cases) as [Code, Of][];

test.each(codes(SPOILT_BUNDLES))('%s is found in a bundle, and names the entry', async (code, make) => {
  const bundle = await make();
  const found = await inBundle(bundle);
  expect(found.map((failure) => ({ code: failure.code, at: failure.index }))).toContainEqual({
    code: code satisfies OfAnyBundle,
    at: bundle.at,
  });
  for (const { message } of found) expect(message).not.toBe('');
});

test.each(codes(FAULTY_LOGS))('%s is found in a whole log, and names the entry', async (code, make) => {
  const { log, at } = make();
  const found = await inLog(log.entries);
  expect(found.map((failure) => ({ code: failure.code, at: failure.index }))).toContainEqual({ code, at });
});

test.each(codes({ ...OTHERS, ...IN_LOGS_AS_WELL }))('%s is found and named', async (code, provoke) => {
  const found = await provoke();
  expect(found.map((failure) => failure.code)).toContain(code);
  for (const { message } of found) expect(message).not.toBe('');
});

test('without being spoilt, log and bundle have none of these', async () => {
  const options = { checkpoints: [note], external: [note], vkeys: [signer.vkey] };
  expect(await inLog(LOG.entries, options)).toEqual([]);
  expect(await inBundle(await spoilt(null, asIs))).toEqual([]);
  expect(await inBundle(await spoilt(null, asIs, { isRange: true }))).toEqual([]);
});
