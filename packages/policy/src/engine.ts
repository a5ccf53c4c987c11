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
import { evaluate, type Verdict } from './evaluate.ts';
import { createReader, explainPolicy, readerOf } from './explain.ts';
import { createIndex, type Matching, type PolicyIndex } from './index/policy-index.ts';
import { createLists, type Lists } from './lists.ts';
import { createLive, type Live } from './live.ts';
import { createMemory, type Memory } from './memory.ts';
import { type Metering, meteringOf } from './meters/metering.ts';
import { nearestPermits } from './nearest.ts';
import { type PolicyOutlook, prospectsOf } from './prospect.ts';
import { createLru, type Lru } from './index/lru.ts';
import { obligationsOf, uniteObligations } from './obligations/unite.ts';
import { buildRequest } from './request.ts';
import { byCodeUnits } from './reserved.ts';
import type { PolicySchema } from './schema/types.ts';
import { viewOf } from './view.ts';
import { isTemplateVisible } from './visible-template.ts';
import { type Asking, createAnswers, isVisible, openView } from './visible.ts';

export interface EngineOptions {
  /** Opens engine instances, each for this engine alone; the package's own door unless a test stands in it. */
  readonly open?: OpenCedar;
}

const MAX_REMEMBERED = 16_384;

/** What is in force, replaced as a whole. */
interface Active {
  readonly set: CompiledPolicySet;
  readonly schema: PolicySchema;
  readonly index: PolicyIndex;
  readonly metering: Metering;
  readonly memory: Memory;
  readonly together: Memory;
  readonly lists: Lists;
  readonly outlooks: Lru<string, readonly PolicyOutlook[]>;
}

/** An engine with nothing in force: until `load`, every call is denied `policy_unavailable`. */
export function createEngine({ open = openCedar }: EngineOptions = {}): Engine {
  const live = createLive(open);
  let active: Active | null = null;
  const decideSafely = (
    ownOf: () => Obligations,
    by: (active: Active, own: Obligations) => Decision,
  ): Decision => {
    const inForce = active;
    let own = NO_OBLIGATIONS;
    try {
      own = ownOf();
      if (inForce === null) return refuse(null, own, 'policy_unavailable', [noPolicy]);
      return by(inForce, own);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return refuse(inForce, own, 'policy_error', [{ policy: '', message }]);
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
      const ready = live.ready();
      if (!ready.ok) return ready;
      const index = createIndex(set);
      const next = {
        set,
        schema,
        index,
        metering: meteringOf(set),
        memory: createMemory(),
        together: createMemory(),
      };
      active = { ...next, lists: listsOf(next, live), outlooks: createLru(MAX_REMEMBERED) };
      live.clear();
      return { ok: true };
    },
    decide(facts, { grants }) {
      return decideSafely(
        () => obligationsOf(facts.resource),
        (inForce, own) => {
          const built = buildRequest(facts, inForce.schema);
          if (built.ok) return decideBuilt(inForce, { ...built, grants, own }, live);
          return built.reason === 'policy_unavailable'
            ? refuse(inForce, own, built.reason, [{ policy: '', message: built.why }])
            : { ...refuse(inForce, own, built.reason, []), unrepresentable: [built.lost] };
        },
      );
    },
    decideRequest(request, { grants, unrepresentable }) {
      return decideSafely(
        () => labelsOf(request),
        (inForce, own) => decideBuilt(inForce, { request, unrepresentable, grants, own }, live),
      );
    },
    couldPermit(facts) {
      return active?.lists.all(facts, [facts.resource])[0] ?? false;
    },
    couldPermitAll(facts, targets) {
      return active?.lists.all(facts, targets) ?? targets.map(() => false);
    },
    async couldPermitInTurns(facts, targets, turns) {
      return active?.lists.inTurns(facts, targets, turns) ?? targets.map(() => false);
    },
    async prospects(facts, targets, turns) {
      if (active === null)
        return targets.map(() => ({ answer: 'denied', reason: 'policy_unavailable', policies: [] }));
      const { schema, index, outlooks: remembered } = active;
      return prospectsOf(facts, targets, { schema, index, live, remembered }, turns);
    },
  };
}

const UNMETERED = meteringOf({ policies: [], meters: [] });
const NO_OBLIGATIONS: Obligations = { labels: [], redact: [], mask: [] };
const noPolicy = { policy: '', message: 'no policy set is in force' };

function listsOf({ schema, index }: Pick<Active, 'schema' | 'index'>, live: Live): Lists {
  const asking: Asking = { schema, index, live, answers: createAnswers(MAX_REMEMBERED) };
  return createLists(function* (facts, item) {
    try {
      if (item.kind === 'template') return yield* isTemplateVisible(facts, item, asking);
      const view = openView({ ...facts, resource: item }, schema);
      return view !== null && isVisible(view, index.matching(view), asking);
    } catch {
      return false;
    }
  });
}

/** A call as a request, with what decides besides it. */
interface Question {
  readonly request: CedarRequest;
  readonly unrepresentable: readonly Unrepresentable[];
  readonly grants: readonly string[];
  /** What the resource obliges to, whatever is decided. */
  readonly own: Obligations;
}

function decideBuilt(active: Active, question: Question, live: Live): Decision {
  const { set, schema, index, metering, memory, together } = active;
  const { request, grants, own } = question;
  const why = schema.broken.get(request.action.id);
  if (why !== undefined) {
    return { ...refuse(active, own, 'policy_broken', [{ policy: '', message: why }]), request };
  }
  const unmeasured = metering.unmeasured(request, question.unrepresentable);
  const unrepresentable = [...question.unrepresentable, ...unmeasured];
  const asked = { live, memory, together };
  const view = viewOf(request);
  const slices = index.matching(view);
  const blind = blindPolicies(slices, unrepresentable);
  const verdict: Verdict =
    blind.length > 0
      ? { outcome: 'deny', reason: 'unrepresentable_input', determining: blind, guards: [], errors: [] }
      : evaluate(view, slices, grants, asked);
  const reader = readerOf(view);
  return {
    outcome: verdict.outcome,
    reason: verdict.reason,
    determining: verdict.determining.map((policy) => explainPolicy(policy, reader)),
    guards: verdict.guards.flatMap(({ guard }): GuardTerms[] => (guard === undefined ? [] : [guard])),
    errors: verdict.errors,
    obligations: uniteObligations(own, verdict.determining),
    nearest: verdict.reason === 'no_permit' ? nearestPermits(slices, view, reader, asked) : [],
    unrepresentable,
    policySet: set.digest,
    schema: schema.digest,
    request,
  };
}

/** Policies that would decide on an argument which they cannot be shown: its absence must not widen what is allowed. */
function blindPolicies(slices: Matching, unrepresentable: readonly Unrepresentable[]): CompiledPolicy[] {
  if (unrepresentable.length === 0) return [];
  const lost = unrepresentable.map(({ path }) => ['context', ...path]);
  return slices
    .flatMap(({ policies }) => policies)
    .filter(({ reads }) => reads.some((read) => lost.some((path) => isAffected(read, path))))
    .sort((a, b) => byCodeUnits(a.id, b.id));
}

/** A request knows its resource's labels; what else it obliges to is no part of it. */
function labelsOf(request: CedarRequest): Obligations {
  const labels = createReader(request).value(['resource', 'labels']);
  return {
    ...NO_OBLIGATIONS,
    labels: Array.isArray(labels) ? labels.filter((label) => typeof label === 'string') : [],
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
