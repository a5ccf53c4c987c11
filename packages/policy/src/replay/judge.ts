// Decides recorded requests by a set of its own: an engine for replay, in an instance that no live call depends on.

import { type OpenCedar, openCedar } from '../cedar-door.ts';
import { isAffected } from '../compile/expressions.ts';
import type { CompiledPolicy, CompiledPolicySet } from '../compile/types.ts';
import type { Decision, GuardTerms } from '../decision.ts';
import { distinct } from '../entities.ts';
import { evaluate, prepareSet, type Verdict } from '../evaluate.ts';
import { createReader, explainPolicy } from '../explain.ts';
import { createLive } from '../live.ts';
import { projectionFor } from '../project.ts';
import { hierarchyOf, scopeMatches } from '../scope.ts';
import { isUnmeasured, type RecordedRequest } from './recorded.ts';
import type { NotReplayed } from './types.ts';

export interface Judge {
  /** What the set makes of the request, or why that cannot be known. Never throws. */
  judge(recorded: RecordedRequest): Decision | NotReplayed;
}

export type JudgeOpened =
  | { readonly ok: true; readonly judge: Judge }
  | { readonly ok: false; readonly message: string };

export function openJudge(set: CompiledPolicySet, open: OpenCedar = openCedar): JudgeOpened {
  const live = createLive(open);
  const prepared = live.replace(prepareSet(set));
  if (!prepared.ok) return prepared;
  const project = projectionFor(set.policies);
  const measuring = set.policies.filter(({ reads }) =>
    reads.some(({ path }) => path[0] === 'context' && (path[1] === 'usage' || path[1] === 'meter')),
  );
  return {
    ok: true,
    judge: {
      judge(recorded) {
        const { request, unrepresentable, grants } = recorded;
        const missing = missingIn(recorded, set, measuring);
        if (missing !== null) return missing;
        const lost = unrepresentable.map(({ path }) => ['context', ...path]);
        const blind = inScope(recorded, set.policies, ({ reads }) =>
          reads.some((read) => lost.some((path) => isAffected(read, path))),
        );
        const verdict: Verdict =
          blind.length > 0
            ? { outcome: 'deny', reason: 'unrepresentable_input', determining: blind, guards: [], errors: [] }
            : evaluate(project(request), set, grants, live);
        return decisionOf(verdict, recorded, set);
      },
    },
  };
}

/** A value that is known to be missing must not be taken for one that was absent. */
function missingIn(
  recorded: RecordedRequest,
  { policies }: CompiledPolicySet,
  measuring: readonly CompiledPolicy[],
): NotReplayed | null {
  const { request, unknown } = recorded;
  const reading = unknown.length === 0 ? [] : inScope(recorded, policies, () => true);
  for (const { path, why } of unknown) {
    if (reading.some(({ reads }) => reads.some((read) => isAffected(read, path)))) return why;
  }
  const isMissing = ({ reads }: CompiledPolicy): boolean =>
    reads.some(({ path }) => isUnmeasured(path, request));
  return inScope(recorded, measuring, isMissing).length > 0 ? 'not_measured' : null;
}

function inScope(
  { request }: RecordedRequest,
  policies: readonly CompiledPolicy[],
  isMeant: (policy: CompiledPolicy) => boolean,
): CompiledPolicy[] {
  const meant = policies.filter(isMeant);
  if (meant.length === 0) return [];
  const hierarchy = hierarchyOf(request);
  return meant.filter(({ json }) => scopeMatches(json, request, hierarchy));
}

function decisionOf(
  verdict: Verdict,
  { request, unrepresentable }: RecordedRequest,
  set: CompiledPolicySet,
): Decision {
  const reader = createReader(request);
  const united = (of: 'labels' | 'redact' | 'mask'): string[] =>
    distinct(...verdict.determining.map((policy) => policy[of]));
  return {
    outcome: verdict.outcome,
    reason: verdict.reason,
    determining: verdict.determining.map((policy) => explainPolicy(policy, reader)),
    guards: verdict.guards.flatMap(({ guard }): GuardTerms[] => (guard === undefined ? [] : [guard])),
    errors: verdict.errors,
    // What the resource itself obliges to is not the set's to say, and no part of what it changes.
    obligations: { labels: united('labels'), redact: united('redact'), mask: united('mask') },
    nearest: [],
    unrepresentable,
    policySet: set.digest,
    schema: set.schema,
    request,
  };
}
