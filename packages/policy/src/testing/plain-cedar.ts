// The algebra of the design over the whole of a set, the whole of a request, and one question to plain Cedar after the other:
// what the engine must come to by index, slices, projection and memory. And sets without the time that validating them takes.

import type { Cedar } from '../cedar-door.ts';
import { readPolicy } from '../compile/read-policy.ts';
import type { CompiledPolicy, CompiledPolicySet } from '../compile/types.ts';
import type { CedarRequest, Decision } from '../decision.ts';
import { byCodeUnits } from '../reserved.ts';
import type { PolicySchema } from '../schema/types.ts';

/** What of a decision the engine owes to policies alone. */
export interface Plain {
  readonly outcome: Decision['outcome'];
  readonly reason: Decision['reason'];
  readonly determining: readonly string[];
  readonly guards: readonly string[];
  readonly errors: Decision['errors'];
}

export function plainOf({ outcome, reason, determining, guards, errors }: Decision): Plain {
  return {
    outcome,
    reason,
    determining: determining.map(({ id }) => id),
    guards: guards.map(({ id }) => id),
    errors,
  };
}

/** Decides by a set as a whole, in an instance that has not been given slots of these names. */
export function plainly(
  cedar: Cedar,
  { policies }: Pick<CompiledPolicySet, 'policies'>,
): (request: CedarRequest, grants?: readonly string[]) => Plain {
  const of = new Map(policies.map((policy) => [policy.id, policy]));
  const rules = policies.filter(({ guard }) => guard === undefined);
  const askAll = askerOf(cedar, 'plain', policies);
  const askRules = askerOf(cedar, 'plain rules', rules);
  return (request, grants = []) => {
    const all = askAll(request);
    const { errors } = all;
    const deny = (reason: Decision['reason'], determining: readonly string[] = []): Plain => ({
      outcome: 'deny',
      reason,
      determining,
      guards: [],
      errors,
    });
    const restricting = errors.flatMap(({ policy }) => {
      const { effect, labels = [] } = of.get(policy) ?? {};
      return effect === 'forbid' || labels.length > 0 ? [policy] : [];
    });
    if (restricting.length > 0) return deny('policy_error', restricting);
    const ruled = askRules(request);
    if (ruled.decision === 'deny')
      return ruled.reason.length > 0 ? deny('forbidden', ruled.reason) : deny('no_permit');
    if (all.decision === 'allow')
      return { outcome: 'allow', reason: 'permitted', determining: all.reason, guards: [], errors };
    const determining = [...all.reason, ...ruled.reason];
    return all.reason.every((id) => grants.includes(id))
      ? { outcome: 'allow', reason: 'grant_redeemed', determining, guards: [], errors }
      : { outcome: 'hold', reason: 'guarded', determining, guards: all.reason, errors };
  };
}

interface Said {
  readonly decision: string;
  readonly reason: readonly string[];
  readonly errors: Plain['errors'];
}

function askerOf(
  cedar: Cedar,
  name: string,
  policies: readonly CompiledPolicy[],
): (request: CedarRequest) => Said {
  const staticPolicies = Object.fromEntries(policies.map(({ id, text }) => [id, text]));
  const prepared = cedar.preparsePolicySet(name, { staticPolicies });
  if (prepared.type === 'failure') throw new Error(prepared.errors.map(({ message }) => message).join('; '));
  return (request) => {
    const answer = cedar.statefulIsAuthorized({
      ...request,
      context: { ...request.context },
      entities: [...request.entities],
      preparsedPolicySetId: name,
    });
    if (answer.type === 'failure') throw new Error(answer.errors.map(({ message }) => message).join('; '));
    const { decision, diagnostics } = answer.response;
    return {
      decision,
      reason: [...diagnostics.reason].sort(byCodeUnits),
      errors: diagnostics.errors
        .map(({ policyId, error }) => ({ policy: policyId, message: error.message }))
        .sort((a, b) => byCodeUnits(a.policy, b.policy)),
    };
  };
}

/** A set that nobody validated: its policies may well err. */
export function unvalidatedSet(
  texts: readonly string[],
  schema: PolicySchema,
  cedar: Cedar,
): CompiledPolicySet {
  const policies = texts.map((text): CompiledPolicy => {
    const answer = cedar.policyToJson(text);
    if (answer.type === 'failure') throw new Error(`${text}: ${answer.errors[0]?.message ?? ''}`);
    const { policy, complaints } = readPolicy(answer.json, schema);
    if (policy === null) throw new Error(`${text}: ${complaints[0]?.message ?? ''}`);
    return { ...policy, text, file: 'test.cedar', line: 1, column: 1 };
  });
  policies.sort((a, b) => byCodeUnits(a.id, b.id));
  const byId = new Map(policies.map((policy) => [policy.id, policy]));
  return { digest: 'unvalidated', schema: schema.digest, policies, byId, meters: [] };
}
