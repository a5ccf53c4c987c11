// Which policies of a set the cases made matter. A decision names only what it rests on: a permit under a forbid that won
// matched too, so permits and forbids are asked for apart.

import type { PolicySet } from '@cedar-policy/cedar-wasm/nodejs';
import { type Cedar, type OpenCedar, openCedar } from '../cedar-door.ts';
import type { CompiledPolicy, CompiledPolicySet } from '../compile/types.ts';
import type { CedarRequest, Decision } from '../decision.ts';
import { byCodeUnits } from '../reserved.ts';
import type { PolicyCoverage } from './types.ts';

export interface Coverage {
  /** Counts what a set made of a decided call; null where nothing was decided. */
  add(set: CompiledPolicySet, decision: Decision | null): void;
  result(): PolicyCoverage[];
}

interface Count {
  readonly policy: CompiledPolicy;
  matched: number;
  errored: number;
}

const EFFECTS = ['permit', 'forbid'] as const;

export function createCoverage(open: OpenCedar = openCedar): Coverage {
  const counts = new Map<string, Count>();
  const instances = new Map<CompiledPolicySet, Cedar>();
  const instanceFor = (set: CompiledPolicySet): Cedar => {
    const known = instances.get(set);
    if (known !== undefined) return known;
    const cedar = open();
    for (const effect of EFFECTS) cedar.preparsePolicySet(effect, textsOf(set, effect));
    instances.set(set, cedar);
    return cedar;
  };
  return {
    add(set, decision) {
      for (const policy of set.policies) {
        if (!counts.has(policy.id)) counts.set(policy.id, { policy, matched: 0, errored: 0 });
      }
      const request = decision?.request ?? null;
      // A call with an argument that cannot be shown was not decided by what the policies say.
      if (request === null || decision?.reason === 'unrepresentable_input') return;
      try {
        count(instanceFor(set), request, counts);
      } catch {
        // The engine died of it: it is not asked again, and the case itself says what was decided.
        instances.delete(set);
      }
    },
    result: () => [...counts.values()].map(coverageOf).sort((a, b) => byCodeUnits(a.id, b.id)),
  };
}

function count(cedar: Cedar, request: CedarRequest, counts: ReadonlyMap<string, Count>): void {
  for (const effect of EFFECTS) {
    const answer = cedar.statefulIsAuthorized({
      ...request,
      context: { ...request.context },
      entities: [...request.entities],
      preparsedPolicySetId: effect,
    });
    if (answer.type === 'failure') continue;
    const { reason, errors } = answer.response.diagnostics;
    for (const id of reason) bump(counts.get(id), 'matched');
    for (const { policyId } of errors) bump(counts.get(policyId), 'errored');
  }
}

function bump(count: Count | undefined, what: 'matched' | 'errored'): void {
  if (count !== undefined) count[what] += 1;
}

function textsOf({ policies }: CompiledPolicySet, effect: 'permit' | 'forbid'): PolicySet {
  const chosen = policies.filter((policy) => policy.effect === effect);
  return { staticPolicies: Object.fromEntries(chosen.map(({ id, text }) => [id, text])) };
}

function coverageOf({ policy, matched, errored }: Count): PolicyCoverage {
  const { id, effect, guard, file, line, column } = policy;
  return {
    id,
    kind: guard === undefined ? effect : 'guard',
    file,
    line,
    column,
    matched,
    errored,
    state: matched > 0 ? 'matched' : errored > 0 ? 'only_errored' : 'never_matched',
  };
}
