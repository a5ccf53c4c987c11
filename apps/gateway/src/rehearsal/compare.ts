// Two policy sets beside each other: what each policy says otherwise, and what that means for the agents that are registered
// and the things that they could call. No call is made and none is read: policies are evaluated in part, as lists are filtered.
import {
  buildSchema,
  comparePolicies,
  type CompiledPolicySet,
  compile,
  createEngine,
  type Diagnostic,
  type PolicyChange,
  type PolicySchema,
  type Prospect,
  reopenSet,
} from '@countersign/policy';
import { OPERATIONS } from '../permissions/targets.ts';
import type { Caller, Questions } from '../permissions/questions.ts';
import { sha256Hex } from '../policies/sha256.ts';
import type { CompareJob, Compared, ReachChange, SetToRead, Shift } from './types.ts';

/** Pairs that are listed; all are counted. */
const MOST_LISTED = 2_000;
/** Agents that are not come to by then are left out. */
const MOST_MS = 20_000;

/** Nothing waits for this thread: it gives way to nobody. */
const ONE_TURN = { isOver: () => false, next: () => Promise.resolve() };

const UNKNOWN: Prospect = { answer: 'unknown', reason: null, policies: [] };

export async function compareSets({ before, after, input, questions }: CompareJob): Promise<Compared> {
  const schema = buildSchema(input, sha256Hex);
  const [was, is] = [readSet(before, schema), readSet(after, schema)];
  const policies = was.set === null || is.set === null ? null : comparePolicies(was.set, is.set);
  const diagnostics = { before: was.diagnostics, after: is.diagnostics };
  if (policies === null || was.set === null || is.set === null || !was.isValid || !is.isValid)
    return { policies, diagnostics, reach: null };
  const [old, now] = [openAsking(was.set, schema, questions), openAsking(is.set, schema, questions)];
  return { policies, diagnostics, reach: await reachOf(questions, old, now, policies) };
}

interface ReadSet {
  /** Null where it cannot even be read. */
  readonly set: CompiledPolicySet | null;
  readonly isValid: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** A set of earlier may fit the tools of today no longer; what it said can be read all the same. */
function readSet(read: SetToRead | null, schema: PolicySchema): ReadSet {
  const { sources, digest } = read ?? { sources: [], digest: null };
  const compiled = compile(sources, schema, { sha256Hex });
  const { diagnostics } = compiled;
  if (compiled.ok) return { set: compiled.set, isValid: true, diagnostics };
  const reopened = digest === null ? null : reopenSet({ sources, digest, broken: new Map() }, { sha256Hex });
  return { set: reopened?.ok === true ? reopened.valid.set : null, isValid: false, diagnostics };
}

/** What becomes of an agent's calls on each target, in their order. */
type Asking = (caller: Caller) => Promise<readonly Prospect[]>;

function openAsking(set: CompiledPolicySet, schema: PolicySchema, { targets }: Questions): Asking {
  const engine = createEngine();
  const loaded = engine.load(set, schema);
  if (!loaded.ok) throw new Error(`the policy engine did not take the set: ${loaded.message}`);
  const kinds = Map.groupBy(targets, ({ kind }) => kind);
  return async ({ facts }) => {
    const told = new Map<(typeof targets)[number], Prospect | undefined>();
    for (const [kind, some] of kinds) {
      const found = await engine.prospects(
        { ...facts, operation: OPERATIONS[kind] },
        some.map((target) => target.facts),
        ONE_TURN,
      );
      for (const [at, target] of some.entries()) told.set(target, found[at]);
    }
    return targets.map((target) => told.get(target) ?? UNKNOWN);
  };
}

async function reachOf(
  { callers, targets, isCut }: Questions,
  before: Asking,
  after: Asking,
  policies: readonly PolicyChange[],
): Promise<NonNullable<Compared['reach']>> {
  const otherwise = new Set(policies.filter(({ terms }) => terms.length > 0).map(({ id }) => id));
  const changes: ReachChange[] = [];
  const shifts = new Map<string, Shift>();
  const started = performance.now();
  let agents = 0;
  for (const caller of callers) {
    if (performance.now() - started > MOST_MS) break;
    const [was, is] = [await before(caller), await after(caller)];
    for (const [at, { upstream, kind, name }] of targets.entries()) {
      const change = changeOf(was[at] ?? UNKNOWN, is[at] ?? UNKNOWN, otherwise);
      if (change === null) continue;
      const key = `${change.before} ${change.after}`;
      const { count } = shifts.get(key) ?? { count: 0 };
      shifts.set(key, { before: change.before, after: change.after, count: count + 1 });
      if (changes.length < MOST_LISTED)
        changes.push({ agent: caller.agent, upstream, kind, name, ...change });
    }
    agents += 1;
  }
  return {
    agents,
    targets: targets.length,
    shifts: [...shifts.values()],
    changes,
    isCut: isCut || agents < callers.length,
  };
}

function changeOf(
  was: Prospect,
  is: Prospect,
  otherwise: ReadonlySet<string>,
): Pick<ReachChange, 'before' | 'after' | 'policies'> | null {
  const involved = new Set([...was.policies, ...is.policies].map(({ id }) => id));
  const policies = [...involved].filter((id) => otherwise.has(id));
  // Both depend on the call, or on people: then only what one of these policies says now can make it another.
  const mayDiffer = (was.answer === 'depends' || was.answer === 'held') && policies.length > 0;
  if (was.answer === is.answer && !mayDiffer) return null;
  return { before: was.answer, after: is.answer, policies };
}
