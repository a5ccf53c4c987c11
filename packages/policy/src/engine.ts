// The policy engine: holds one policy set with its schema and decides calls by it (DESIGN section 6). Never throws at a
// call, never mixes two sets in one decision, and denies whatever it cannot decide.

import { type OpenCedar, openCedar } from './cedar-door.ts';
import { isAffected } from './compile/expressions.ts';
import type { CompiledPolicy, CompiledPolicySet } from './compile/types.ts';
import type {
  CedarRequest,
  Decision,
  DecisionReason,
  GuardTerms,
  Obligations,
  Unrepresentable,
} from './decision.ts';
import type { Engine } from './engine-types.ts';
import { evaluate, prepareSet, type Verdict } from './evaluate.ts';
import { createReader, explainPolicy } from './explain.ts';
import { createLive, type Live } from './live.ts';
import { type Metering, meteringOf } from './meters/metering.ts';
import { nearestPermits } from './nearest.ts';
import { obligationsOf, uniteObligations } from './obligations/unite.ts';
import { type Projection, projectionFor } from './project.ts';
import { buildRequest } from './request.ts';
import type { PolicySchema } from './schema/types.ts';
import { hierarchyOf, scopeMatches } from './scope.ts';
import { type Answers, createAnswers, isVisible } from './visible.ts';

export interface EngineOptions {
  /** Opens engine instances; the package's own door unless a test stands in it. */
  readonly open?: OpenCedar;
}

const MAX_REMEMBERED = 8_192;

/** What is in force, replaced as a whole. */
interface Active {
  readonly set: CompiledPolicySet;
  readonly schema: PolicySchema;
  readonly answers: Answers;
  readonly project: Projection;
  readonly metering: Metering;
}

/** An engine with nothing in force: until `load`, every call is denied `policy_unavailable`. */
export function createEngine({ open = openCedar }: EngineOptions = {}): Engine {
  const live = createLive(open);
  let active: Active | null = null;
  const decideSafely = (own: Obligations, by: (active: Active) => Decision): Decision => {
    if (active === null) return refuse(null, own, 'policy_unavailable', [noPolicy]);
    try {
      return by(active);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return refuse(active, own, 'policy_error', [{ policy: '', message }]);
    }
  };
  return {
    get active() {
      return active === null ? null : { policySet: active.set.digest, schema: active.schema.digest };
    },
    get metering() {
      return active?.metering ?? UNMETERED;
    },
    load(set, schema) {
      if (set.schema !== schema.digest) {
        return {
          ok: false,
          message: 'the set was validated against another schema; compile it against this one',
        };
      }
      const replaced = live.replace(prepareSet(set));
      if (!replaced.ok) return replaced;
      active = {
        set,
        schema,
        answers: createAnswers(MAX_REMEMBERED),
        project: projectionFor(set.policies),
        metering: meteringOf(set),
      };
      return { ok: true };
    },
    decide(facts, { grants }) {
      const own = obligationsOf(facts.resource);
      return decideSafely(own, (inForce) => {
        const built = buildRequest(facts, inForce.schema);
        if (built.ok) return decideBuilt(inForce, { ...built, grants, own }, live);
        return built.reason === 'policy_unavailable'
          ? refuse(inForce, own, built.reason, [{ policy: '', message: built.why }])
          : { ...refuse(inForce, own, built.reason, []), unrepresentable: [built.lost] };
      });
    },
    decideRequest(request, { grants, unrepresentable }) {
      const own = labelsOf(request);
      return decideSafely(own, (inForce) =>
        decideBuilt(inForce, { request, unrepresentable, grants, own }, live),
      );
    },
    couldPermit(facts) {
      if (active === null) return false;
      try {
        const built = buildRequest(facts, active.schema, true);
        return (
          built.ok &&
          !active.schema.broken.has(built.request.action.id) &&
          isVisible(active.project(built.request), active.set, active.answers, live)
        );
      } catch {
        return false;
      }
    },
  };
}

const UNMETERED = meteringOf({ policies: [], meters: [] });
const noPolicy = { policy: '', message: 'no policy set is in force' };

/** A call as a request, with what decides besides it. */
interface Question {
  readonly request: CedarRequest;
  readonly unrepresentable: readonly Unrepresentable[];
  readonly grants: readonly string[];
  /** What the resource obliges to, whatever is decided. */
  readonly own: Obligations;
}

function decideBuilt(active: Active, question: Question, live: Live): Decision {
  const { set, schema, project, metering } = active;
  const { request, grants, own } = question;
  const why = schema.broken.get(request.action.id);
  if (why !== undefined) {
    return { ...refuse(active, own, 'policy_broken', [{ policy: '', message: why }]), request };
  }
  const unrepresentable = [
    ...question.unrepresentable,
    ...metering.unmeasured(request, question.unrepresentable),
  ];
  const blind = blindPolicies(set, request, unrepresentable);
  const shown = project(request);
  const verdict: Verdict =
    blind.length > 0
      ? { outcome: 'deny', reason: 'unrepresentable_input', determining: blind, guards: [], errors: [] }
      : evaluate(shown, set, grants, live);
  const reader = createReader(request);
  return {
    outcome: verdict.outcome,
    reason: verdict.reason,
    determining: verdict.determining.map((policy) => explainPolicy(policy, reader)),
    guards: verdict.guards.flatMap(({ guard }): GuardTerms[] => (guard === undefined ? [] : [guard])),
    errors: verdict.errors,
    obligations: uniteObligations(own, verdict.determining),
    nearest:
      verdict.reason === 'no_permit' ? nearestPermits(candidatesOf(set, request), shown, reader, live) : [],
    unrepresentable,
    policySet: set.digest,
    schema: schema.digest,
    request,
  };
}

/** Policies that would decide on an argument which they cannot be shown: its absence must not widen what is allowed. */
function blindPolicies(
  { policies }: CompiledPolicySet,
  request: CedarRequest,
  unrepresentable: readonly Unrepresentable[],
): CompiledPolicy[] {
  if (unrepresentable.length === 0) return [];
  const hierarchy = hierarchyOf(request);
  const lost = unrepresentable.map(({ path }) => ['context', ...path]);
  return policies.filter(
    ({ json, reads }) =>
      reads.some((read) => lost.some((path) => isAffected(read, path))) &&
      scopeMatches(json, request, hierarchy),
  );
}

function candidatesOf({ policies }: CompiledPolicySet, request: CedarRequest): CompiledPolicy[] {
  const hierarchy = hierarchyOf(request);
  return policies.filter(({ effect, json }) => effect === 'permit' && scopeMatches(json, request, hierarchy));
}

/** A request knows its resource's labels; what else it obliges to is no part of it. */
function labelsOf(request: CedarRequest): Obligations {
  const labels = createReader(request).value(['resource', 'labels']);
  return {
    labels: Array.isArray(labels) ? labels.filter((label) => typeof label === 'string') : [],
    redact: [],
    mask: [],
  };
}

function refuse(
  active: Active | null,
  own: Obligations,
  reason: DecisionReason,
  errors: Decision['errors'],
): Decision {
  return {
    outcome: 'deny',
    reason,
    determining: [],
    guards: [],
    errors,
    obligations: uniteObligations(own, []),
    nearest: [],
    unrepresentable: [],
    policySet: active?.set.digest ?? null,
    schema: active?.schema.digest ?? null,
    request: null,
  };
}
