// Verifies a proof bundle, line by line as it is read, trusting nothing in it that can be recomputed, and nothing at all
// of what it says about trust. It goes on after a failure, so that the report says of each level whether it holds.

import { toDigest } from '../sha256.ts';
import { createApprovalStep } from '../verify/approvals.ts';
import { createCallStep } from '../verify/calls.ts';
import { createDecisionStep } from '../verify/decisions.ts';
import { createKeyEntryStep } from '../verify/key-entries.ts';
import { keysOf } from '../verify/keys.ts';
import { createTally } from '../verify/tally.ts';
import { type FailureCode, LEVELS } from '../verify/types.ts';
import { createWitnessStep } from '../verify/witnesses.ts';
import { createBundleChainStep } from './chain-step.ts';
import { bundleNotProven, bundleSummary } from './claims.ts';
import { createBundleDetailStep } from './detail-step.ts';
import { createHeads } from './heads.ts';
import { createHeldStep } from './held.ts';
import { createInclusionStep } from './inclusion.ts';
import { createPlacementStep } from './placement.ts';
import { createPolicySetStep } from './policy-sets.ts';
import { type BundleChunks, readBundle } from './read.ts';
import { createReceiptStep } from './receipts.ts';
import type { BundleOptions, BundleReport } from './report.ts';
import { wholeChain } from './selection.ts';
import { BUNDLE_LIMITS, type BundleHead, type BundleLine, type EntryLine, type LineType } from './types.ts';

const PROGRESS_EVERY = 4096;
const HELD: ReadonlySet<LineType> = new Set(['consistency', 'policySet', 'schema', 'receipt']);
/** Details that decisions made later rest on. */
const HELD_DETAILS: ReadonlySet<string> = new Set(['broken', 'guards', 'sources']);

/**
 * Recomputes everything about the bundle in `chunks` (pieces of the file, of any size). Memory stays constant but for
 * chains, open calls and approvals, what is called erased, and at most `limits.heldBytes` of policy sets and receipts. Throws a TypeError when a key in `options.vkeys` is not a verifier key.
 */
export async function verifyBundle(chunks: BundleChunks, options: BundleOptions = {}): Promise<BundleReport> {
  const tally = createTally(options.onFailure);
  const { limits = BUNDLE_LIMITS, replayer, trust, requireWitness = false } = options;
  const given = await keysOf(options);
  const heads = createHeads(given, options.keyManifest, tally);
  // A policy that lists no log gives no key: then it is the bundle's own that was used.
  const keysFrom =
    given.length === 0 ? 'store' : trust === undefined ? (options.keysFrom ?? 'store') : 'outside';
  const keyEntries = createKeyEntryStep({ trust, keysFrom, manifest: heads.manifest, given }, tally);
  const witnesses = createWitnessStep({ trust, requireWitness }, tally);
  const held = createHeldStep(heads, witnesses, options.checkTimestamp, tally);
  const inclusion = createInclusionStep(heads.own, tally);
  const details = createBundleDetailStep(tally);
  const calls = createCallStep(tally);
  const approvals = createApprovalStep(tally);
  const policySets = createPolicySetStep(tally);
  const state: { head: BundleHead | null; selected: number; others: number } = {
    head: null,
    selected: 0,
    others: 0,
  };
  const receipts = createReceiptStep(() => state.head?.origin ?? '', heads, tally);
  const placement = createPlacementStep(() => state.head, tally);
  let decisions = createDecisionStep({ replayer }, tally);
  let chains = createBundleChainStep('', null, tally);
  let heldBytes = 0;

  const takeEntry = (line: EntryLine): void => {
    if (line.selected) state.selected += 1;
    else state.others += 1;
    const { entry, leaf, digest } = placement.check(line);
    inclusion.check(line, leaf);
    const read = state.selected + state.others;
    if (read % PROGRESS_EVERY === 0) options.onProgress?.({ entries: read });
    if (entry === null) return;
    receipts.check(line.index, digest, entry.time);
    const shown = policySets.withSources(line.index, entry, details.check(entry, line));
    chains.check(entry, digest);
    calls.check(entry);
    approvals.check(entry);
    keyEntries.check(entry);
    decisions.check(entry, shown, line.withheld);
  };

  const take = async (line: BundleLine): Promise<void> => {
    switch (line.type) {
      case 'bundle':
        state.head = line;
        chains = createBundleChainStep(line.origin, wholeChain(line.selection), tally);
        decisions = createDecisionStep({ replayer, algebra: line.algebra }, tally);
        break;
      case 'checkpoint': {
        const opened = await heads.open(line.note, state.head?.origin ?? '');
        if (opened !== null) await witnesses.saw(line.note, opened.size);
        break;
      }
      case 'consistency':
        heads.consistency(line);
        break;
      case 'anchor':
        await held.anchor(line);
        break;
      case 'policySet':
        policySets.take(line, decisions);
        break;
      case 'range':
        inclusion.range(line);
        break;
      case 'entry':
        takeEntry(line);
        break;
      case 'receipt':
        await receipts.take(line.note);
        break;
      case 'keys':
        await heads.keys(line.note, state.head?.origin ?? '');
        break;
      case 'schema':
        decisions.schema(line);
        break;
      case 'end':
    }
  };

  const unreadable = (code: FailureCode, message: string): void =>
    tally.failed('structure', code, null, message);
  for await (const read of readBundle(chunks, limits)) {
    if (!read.ok) {
      unreadable(read.code, read.message);
      break;
    }
    if (read.line.type !== 'entry') tally.checked('structure');
    heldBytes += heldOf(read.line, read.bytes);
    if (heldBytes > limits.heldBytes) {
      unreadable(
        'bundle_too_large',
        `what has to be kept of it while it is read (policy sets, receipts, proofs of consistency) is larger than ${limits.heldBytes} bytes`,
      );
      break;
    }
    await take(read.line);
  }
  const untied = policySets.finish();
  details.finish();
  const range = inclusion.finish();
  const chain = chains.finish();
  for (const note of options.external ?? []) await held.external(note);
  const { head, selected, others } = state;
  options.onProgress?.({ entries: selected + others });

  const own = heads.own();
  const needed = placement.needed();
  const facts = {
    head,
    checkpoint: own === null ? null : { size: own.size, root: toDigest(own.root), signedBy: own.signedBy },
    entries: { selected, others },
    range,
    details: { ...details.counts },
    calls: { ...calls.counts, ...calls.stillOpen() },
    decisions: decisions.counts(),
    witnesses: witnesses.finish(needed),
    timestamps: held.timestamps,
    receipts: receipts.finish(),
    heldElsewhere: held.largest(),
  };
  const keys = keyEntries.finish(head?.origin ?? '');
  const firstFailure = tally.first();
  const levels = tally.levels(LEVELS);
  const replayedBy = replayer?.engine ?? null;
  return {
    ...facts,
    verdict: firstFailure === null ? 'consistent' : 'broken',
    firstFailure,
    levels,
    summary: bundleSummary({ ...facts, firstFailure, keysFrom }),
    notProven: bundleNotProven({ ...facts, levels, chain, needed, untied, keys, keysFrom, replayedBy }),
  };
}

/** How much of a line stays in memory when it was read, in bytes or characters. */
function heldOf(line: BundleLine, bytes: number): number {
  if (line.type !== 'entry') return HELD.has(line.type) ? bytes : 0;
  let held = 0;
  for (const { name, text, base64 } of line.details)
    if (HELD_DETAILS.has(name)) held += (text ?? base64 ?? '').length;
  return held;
}
