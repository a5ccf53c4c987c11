// What is owed for one call beside its outcome: what the registry says of its target holds always, so that a denial
// cannot skip it; the permits that matched can only add (DESIGN section 6).
import { type ObligationPath, parsePath, type PathRoot } from '@countersign/policy';
import { isAggregated } from '../pipeline/recording.ts';
import type { AuthenticatedCall, DecidedCall, Target } from '../pipeline/types.ts';
import type { Upstream } from '../registry/types.ts';

type Obliged = Pick<AuthenticatedCall, 'upstream' | 'target' | 'operation'> &
  Partial<Pick<DecidedCall, 'verdict'>>;

/** What must not be stored of the call. */
export function redactionsOf(call: Obliged): readonly ObligationPath[] {
  return united('input', ofTarget(call, 'redact'), call.verdict?.decision?.obligations.redact ?? []);
}

/** What must not be returned of its result. */
export function masksOf(call: Obliged): readonly ObligationPath[] {
  // Lists, handshakes and pings bring no result of a tool; but a poll of a task does.
  if (call.upstream.kind === 'mcp' && isAggregated(call.operation)) return [];
  return united('result', ofTarget(call, 'mask'), call.verdict?.decision?.obligations.mask ?? []);
}

export function maskPaths(texts: readonly string[]): readonly ObligationPath[] {
  return united('result', texts, []);
}

function ofTarget({ upstream, target }: Obliged, which: 'redact' | 'mask'): readonly string[] {
  return [...upstream[which], ...ofTool(upstream, target, which)];
}

function ofTool(upstream: Upstream, target: Target, which: 'redact' | 'mask'): readonly string[] {
  if (upstream.kind !== 'mcp' || target.kind !== 'tool') return [];
  return upstream.tools.get(target.name)?.[which] ?? [];
}

const NONE: readonly ObligationPath[] = [];

function united(root: PathRoot, own: readonly string[], added: readonly string[]): readonly ObligationPath[] {
  if (own.length + added.length === 0) return NONE;
  return [...new Set([...own, ...added])].map((text) => {
    const path = parsePath(text, root);
    // Manifests and annotations were checked when they were taken: what cannot be read now must not be skipped.
    if (!path.ok) throw new Error(path.message);
    return path.value;
  });
}
