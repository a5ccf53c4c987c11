// Verifies a whole log, entry by entry, trusting nothing that it can recompute. It goes on after a failure, so
// that the report says of each level by itself whether it holds.

import { parseCheckpoint } from '../checkpoint.ts';
import { rangeRoot } from '../merkle.ts';
import { toDigest } from '../sha256.ts';
import { createApprovalStep } from './approvals.ts';
import { createArchivedStep } from './archived.ts';
import { createCallStep } from './calls.ts';
import { createChainStep } from './chains.ts';
import { createCheckpointStep } from './checkpoints.ts';
import { notProven, summarize } from './claims.ts';
import { createKeyEntryStep } from './key-entries.ts';
import { keysOf } from './keys.ts';
import { createLinkStep } from './links.ts';
import { createOlderFormStep } from './older-forms.ts';
import { createStructureStep } from './structure.ts';
import { createTally } from './tally.ts';
import { createTree } from './tree.ts';
import { LOG_LEVELS, type LogReport, type VerifyOptions } from './types.ts';
import { createValueSteps, type Entries, isPage } from './values.ts';
import { createWitnessStep } from './witnesses.ts';

const PROGRESS_EVERY = 4096;

/**
 * Recomputes everything about `entries`, which come ascending by index. Memory stays constant but for open
 * calls, unsettled tasks, approval requests and one head per chain.
 * Throws a TypeError when a key in `options.vkeys` is not a verifier key.
 */
export async function verifyLog(entries: Entries, options: VerifyOptions): Promise<LogReport> {
  const { origin, external = [], onProgress } = options;
  const tally = createTally(options.onFailure);
  const verifiers = await keysOf(options);
  const isPart = options.after !== undefined;
  const first = options.before?.size ?? 0;
  const archived = createArchivedStep({ first, archives: options.archives ?? [], isPart }, tally);
  const before = options.before === undefined ? null : { ...options.before, ...archived };
  const structure = createStructureStep(tally, first);
  const links = createLinkStep(origin, tally, before);
  const values = options.values === undefined ? createValueSteps(options.replayer, tally, isPart) : null;
  const chains = createChainStep(origin, tally, before);
  const calls = createCallStep(tally, before);
  const approvals = createApprovalStep(tally, before);
  const olderForms = createOlderFormStep();
  const witnesses = createWitnessStep(
    { trust: options.trust, requireWitness: options.requireWitness ?? false },
    tally,
  );
  const { checkpoints = [], keyManifest } = options;
  const { saw } = witnesses;
  const keysFrom = options.trust === undefined ? (options.keysFrom ?? 'store') : 'outside';
  const keyEntries = createKeyEntryStep(
    { trust: options.trust, keysFrom, manifest: () => keyManifest, given: verifiers },
    tally,
  );
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

  const tree = createTree();
  const compare = async (): Promise<void> => {
    const range = tree.range();
    if (own.isDue(range.size)) await own.check(range);
    if (held.isDue(range.size)) await held.check(range);
  };

  await compare();
  for await (const { level, hash } of options.before?.subtrees ?? []) {
    tree.appendSubtree(level, hash);
    if (own.isDue(tree.size()) || held.isDue(tree.size())) await compare();
  }
  for await (const page of entries) {
    for (const stored of isPage(page) ? page : [page]) {
      const entry = structure.check(stored);
      const leaf = links.check(stored, entry);
      if (entry !== null) {
        values?.check(entry, stored);
        chains.check(entry, leaf);
        calls.check(entry);
        approvals.check(entry);
        olderForms.check(entry);
        archived.check(entry);
        keyEntries.check(entry);
      }
      tree.append(leaf);
      const read = tree.size();
      if (own.isDue(read) || held.isDue(read)) await compare();
      if (read % PROGRESS_EVERY === 0) onProgress?.({ entries: read });
    }
  }
  const to = tree.size();
  for await (const { level, hash } of options.after ?? []) tree.appendSubtree(level, hash);
  if (isPart) await compare();
  const range = tree.range();
  onProgress?.({ entries: to });
  if (range.size === 0)
    tally.failed('structure', 'log_empty', 0, 'the log has no entries; every log begins with `log.opened`');
  const elsewhere = await options.values;
  if (elsewhere !== undefined) tally.absorb(elsewhere.levels);
  const found = elsewhere ?? values?.finish();
  if (found === undefined) throw new TypeError('the values are checked either here or elsewhere');
  const ranges = archived.finish();
  await own.finish(range.size);
  await held.finish(range.size);

  const keys = keyEntries.finish(origin);
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
    details: found.details,
    calls: { ...calls.counts, ...calls.stillOpen() },
    decisions: found.decisions,
    witnesses: witnessed,
    linksToOtherLogs: chains.linksToOtherLogs(),
    covered: { byStore: own.covered(), elsewhere: held.covered() },
    read: { from: first, to },
    archived: ranges,
  };
  const trust = {
    signaturesChecked: verifiers.length > 0 && levels.checkpoints.checked + levels.external.checked > 0,
    keysFrom,
    keys,
    disowned: Math.max(own.disowned(), held.disowned()),
    replayedBy: elsewhere?.replayedBy ?? options.replayer?.engine ?? null,
    setAside: held.setAside(),
    references: archived.references(),
    olderForms: olderForms.finish(),
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
