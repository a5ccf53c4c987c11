// What a candidate would change: its policies against those in force, and every recorded call whose outcome would be
// another. Reads the log through connections that cannot write; nothing of it goes near a live call.
import {
  buildSchema,
  compile,
  type CompileResult,
  openReplay,
  type PolicySource,
  type ValidSet,
} from '@countersign/policy';
import { diffSets } from '../policies/diff.ts';
import { sha256Hex } from '../policies/sha256.ts';
import type { Readers } from '../store/readers.ts';
import type { DecisionWindow } from '../store/readers/decisions.ts';
import { openReaders } from '../store/sqlite/readers.ts';
import type { DiffJob, DiffProgress, PolicyDiff, Window } from './types.ts';

/** Decisions of one rehearsal. */
const MAX_DECISIONS = 1_000_000;

/** Throws what the store throws when the log cannot be read. */
export async function diffPolicies(
  { dataDir, sources, input, base, window }: DiffJob,
  onProgress: (progress: DiffProgress) => void,
): Promise<PolicyDiff> {
  const schema = buildSchema(input, sha256Hex);
  const candidate = compile(sources, schema, { sha256Hex });
  const inForce = base === null ? null : compile(base, schema, { sha256Hex });
  const changes = diffSets(
    base === null ? { sources: [], set: { policies: [] } } : compared(base, inForce),
    compared(sources, candidate),
  );
  const answer = {
    diagnostics: candidate.diagnostics,
    base: inForce?.ok === true ? inForce.set.digest : null,
    changes,
  };
  if (!candidate.ok) return { ...answer, candidate: null, replay: null, isCut: false };
  const { digest, policies } = candidate.set;
  const live = inForce?.ok === true ? { set: inForce.set, schema } : null;
  const replayed = await replayWindow(dataDir, { set: candidate.set, schema }, live, window, onProgress);
  return { ...answer, ...replayed, candidate: { digest, policies: policies.length } };
}

function compared(sources: readonly PolicySource[], compiled: CompileResult | null) {
  return { sources, set: compiled?.ok === true ? compiled.set : null };
}

/** Decides the decisions of a window again. @param live the set in force, to tell what it decides alike already. */
export async function replayWindow(
  dataDir: string,
  candidate: ValidSet,
  live: ValidSet | null,
  window: Window,
  onProgress: (progress: DiffProgress) => void,
): Promise<Pick<PolicyDiff, 'replay' | 'isCut'>> {
  const opened = openReplay(candidate, live === null ? {} : { live });
  if (!opened.ok) throw new Error(`the policy engine did not take the set: ${opened.message}`);
  const { readers, close } = openReaders(dataDir);
  try {
    const { from, to } = await windowOf(readers, window);
    let decisions = 0;
    for await (const batch of readers.decisions.decisions({ from, to })) {
      for (const one of batch.decisions) {
        if (decisions >= MAX_DECISIONS) return { replay: opened.replay.report(), isCut: true };
        opened.replay.add(one);
        decisions += 1;
      }
      onProgress({ entries: batch.next - from, of: to - from, decisions });
    }
    return { replay: opened.replay.report(), isCut: false };
  } finally {
    close();
  }
}

function windowOf({ decisions }: Readers, window: Window): Promise<DecisionWindow> {
  return 'since' in window ? decisions.since(window.since) : decisions.last(window.last);
}
