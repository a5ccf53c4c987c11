// Decides recorded requests by a set of its own: an engine for replay, which no live call depends on.

import { type OpenCedar, openCedar } from '../cedar-door.ts';
import { isAffected } from '../compile/expressions.ts';
import type { CompiledPolicy, CompiledPolicySet } from '../compile/types.ts';
import type { Decision } from '../decision.ts';
import { createEngine } from '../engine.ts';
import type { PolicySchema } from '../schema/types.ts';
import { scopeMatches } from '../scope.ts';
import { viewOf } from '../view.ts';
import { isMeasured, isUnmeasured, type RecordedRequest } from './recorded.ts';
import type { NotReplayed } from './types.ts';

/** A set with what it was validated against. */
export interface ValidSet {
  readonly set: CompiledPolicySet;
  readonly schema: PolicySchema;
}

export interface Judge {
  /** What the set makes of the request, or why that cannot be known. Never throws. */
  judge(recorded: RecordedRequest): Decision | NotReplayed;
}

export type JudgeOpened =
  | { readonly ok: true; readonly judge: Judge }
  | { readonly ok: false; readonly message: string };

export function openJudge({ set, schema }: ValidSet, open: OpenCedar = openCedar): JudgeOpened {
  const engine = createEngine({ open });
  const loaded = engine.load(set, schema);
  if (!loaded.ok) return loaded;
  const measuring = set.policies.filter(({ reads }) => reads.some(({ path }) => isMeasured(path)));
  return {
    ok: true,
    judge: {
      judge(recorded) {
        const { request, unrepresentable, grants } = recorded;
        try {
          const missing = missingIn(recorded, set.policies, measuring);
          if (missing !== null) return missing;
        } catch {
          // A request that contradicts itself was not written by a gateway.
          return 'unreadable';
        }
        return engine.decideRequest(request, { grants, unrepresentable });
      },
    },
  };
}

/** A value that is known to be missing must not be taken for one that was absent. */
function missingIn(
  { request, unknown }: RecordedRequest,
  policies: readonly CompiledPolicy[],
  measuring: readonly CompiledPolicy[],
): NotReplayed | null {
  if (unknown.length === 0 && measuring.length === 0) return null;
  const view = viewOf(request);
  const isInScope = ({ json }: CompiledPolicy): boolean => scopeMatches(json, view);
  for (const { path, why } of unknown) {
    const reading = policies.filter(({ reads }) => reads.some((read) => isAffected(read, path)));
    if (reading.some(isInScope)) return why;
  }
  const unmeasured = measuring.filter(({ reads }) => reads.some(({ path }) => isUnmeasured(path, request)));
  return unmeasured.some(isInScope) ? 'not_measured' : null;
}
