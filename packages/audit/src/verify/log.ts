// Verifies a whole log, entry by entry, trusting nothing that it can recompute. It goes on after a failure, so
// that the report says of each level by itself whether it holds.

import { parseCheckpoint } from '../checkpoint.ts';
import { appendLeaf, type CompactRange, EMPTY_RANGE, rangeRoot } from '../merkle.ts';
import { toDigest } from '../sha256.ts';
import { createApprovalStep } from './approvals.ts';
import { createCallStep } from './calls.ts';
import { createChainStep } from './chains.ts';
import { createCheckpointStep } from './checkpoints.ts';
import { notProven, summarize } from './claims.ts';
import { createDecisionStep, NEEDED_DETAILS } from './decisions.ts';
import { createDetailStep } from './details.ts';
import { keysOf } from './keys.ts';
import { createLinkStep } from './links.ts';
import { createStructureStep } from './structure.ts';
import { createTally } from './tally.ts';
import { LOG_LEVELS, type LogReport, type StoredEntry, type VerifyOptions } from './types.ts';
import { createWitnessStep } from './witnesses.ts';

const PROGRESS_EVERY = 4096;

/**
 * Recomputes everything about `entries`, which come ascending by index. Memory stays constant but for open
 * calls, unsettled tasks, approval requests and one head per chain.
 * Throws a TypeError when a key in `options.vkeys` is not a verifier key.
 */
export async function verifyLog(
  entries: AsyncIterable<StoredEntry> | Iterable<StoredEntry>,
  options: VerifyOptions,
): Promise<LogReport> {
  const { origin, external = [], onProgress } = options;
  const tally = createTally(options.onFailure);
  const verifiers = await keysOf(options);
  const structure = createStructureStep(tally);
  const links = createLinkStep(origin, tally);
  const details = createDetailStep(tally);
  const chains = createChainStep(origin, tally);
  const calls = createCallStep(tally);
  const approvals = createApprovalStep(tally);
  const decisions = createDecisionStep({ replayer: options.replayer }, tally);
  const witnesses = createWitnessStep(
    { trust: options.trust, requireWitness: options.requireWitness ?? false },
    tally,
  );
  const { checkpoints = [], keyManifest } = options;
  const { saw } = witnesses;
  const own = await createCheckpointStep(
    'checkpoints',
    checkpoints,
    origin,
    verifiers,
    tally,
    saw,
    keyManifest,
  );
  const held = await createCheckpointStep(
    'external',
    ascending(external),
    origin,
    verifiers,
    tally,
    saw,
    keyManifest,
  );

  let range: CompactRange = EMPTY_RANGE;
  const compare = async (): Promise<void> => {
    if (own.isDue(range.size)) await own.check(range);
    if (held.isDue(range.size)) await held.check(range);
  };

  await compare();
  for await (const stored of entries) {
    const entry = structure.check(stored);
    const leaf = links.check(stored, entry);
    if (entry !== null) {
      details.check(entry, stored);
      chains.check(entry, leaf.digest);
      calls.check(entry);
      approvals.check(entry);
      decisions.check(entry, stored.details, stored.withheld === true ? NEEDED_DETAILS : []);
    }
    range = appendLeaf(range, leaf.bytes);
    await compare();
    if (range.size % PROGRESS_EVERY === 0) onProgress?.({ entries: range.size });
  }
  onProgress?.({ entries: range.size });
  if (range.size === 0)
    tally.failed('structure', 'log_empty', 0, 'the log has no entries; every log begins with `log.opened`');
  details.finish();
  await own.finish(range.size);
  await held.finish(range.size);

  // What came after the newest witnessed checkpoint waits to be witnessed: that is said, and is no failure.
  const witnessed = witnesses.finish(1);
  const levels = tally.levels(LOG_LEVELS);
  const firstFailure = tally.first();
  const facts = {
    verdict: firstFailure === null ? ('consistent' as const) : ('broken' as const),
    firstFailure,
    origin,
    size: range.size,
    root: toDigest(rangeRoot(range)),
    levels,
    details: { ...details.counts },
    calls: { ...calls.counts, ...calls.stillOpen() },
    decisions: decisions.counts(),
    witnesses: witnessed,
    linksToOtherLogs: chains.linksToOtherLogs(),
    covered: { byStore: own.covered(), elsewhere: held.covered() },
  };
  const trust = {
    signaturesChecked: verifiers.length > 0 && levels.checkpoints.checked + levels.external.checked > 0,
    keysFrom: options.trust === undefined ? (options.keysFrom ?? 'store') : 'outside',
    replayedBy: options.replayer?.engine ?? null,
  };
  return {
    ...facts,
    summary: summarize({ ...facts, ...trust }),
    notProven: notProven({ ...facts, ...trust }),
  };
}

// What cannot be read sorts first and is reported when its turn comes.
function ascending(notes: readonly (string | Uint8Array)[]): readonly (string | Uint8Array)[] {
  const size = (note: string | Uint8Array): number => {
    const parsed = parseCheckpoint(note);
    return parsed.ok ? parsed.value.size : -1;
  };
  return notes.toSorted((a, b) => size(a) - size(b));
}
