// What a candidate would change: its policies against those in force, and every recorded call whose outcome would be
// another. Reads the log through connections that cannot write; nothing of it goes near a live call.
import { buildSchema, compile, type CompileResult, type PolicySource } from '@countersign/policy';
import { diffSets } from '../policies/diff.ts';
import { sha256Hex } from '../policies/sha256.ts';
import { replayWindow } from './replay.ts';
import type { DiffJob, DiffProgress, PolicyDiff } from './types.ts';

/** Throws what the store throws when the log cannot be read, and an ArchiveError where what was asked for is out of reach. */
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
  if (!candidate.ok) return { ...answer, candidate: null, replay: null, covered: null, isCut: false };
  const { digest, policies } = candidate.set;
  const live = inForce?.ok === true ? { set: inForce.set, schema } : null;
  const sets = { candidate: { set: candidate.set, schema }, live };
  const replayed = await replayWindow(dataDir, sets, window, onProgress);
  return { ...answer, ...replayed, candidate: { digest, policies: policies.length } };
}

function compared(sources: readonly PolicySource[], compiled: CompileResult | null) {
  return { sources, set: compiled?.ok === true ? compiled.set : null };
}
