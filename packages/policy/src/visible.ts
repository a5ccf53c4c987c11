// Whether some arguments of a call could be allowed or held: what a list may show (DESIGN section 6, bet 5). Partial
// evaluation of the rules with everything a later call could change unknown; hidden only if denied for all of them.

import type { CedarValueJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import type { CompiledPolicy, CompiledPolicySet } from './compile/types.ts';
import type { CedarRequest } from './decision.ts';
import { isRestricting } from './evaluate.ts';
import { createReader } from './explain.ts';
import type { Live } from './live.ts';
import { holdsCedarText } from './reserved.ts';
import { type Hierarchy, hierarchyOf, keyOf, scopeMatches } from './scope.ts';

/** Answers by what they rest on, bounded; least recently used go first. */
export interface Answers {
  get(key: string): boolean | undefined;
  set(key: string, answer: boolean): void;
  /** Notes that there was no answer; the second time, that is the answer: hidden. */
  fail(key: string): void;
}

export function createAnswers(limit: number): Answers {
  const answers = new Map<string, boolean>();
  const failed = new Set<string>();
  const set = (key: string, answer: boolean): void => {
    answers.set(key, answer);
    const [oldest] = answers.keys();
    if (answers.size > limit && oldest !== undefined) answers.delete(oldest);
  };
  return {
    set,
    fail(key) {
      if (failed.has(key)) set(key, false);
      if (failed.size >= limit) failed.clear();
      failed.add(key);
    },
    get(key) {
      const answer = answers.get(key);
      if (answer === undefined) return undefined;
      answers.delete(key);
      answers.set(key, answer);
      return answer;
    },
  };
}

/** Whether a request with unknowns could be allowed or held. */
export function isVisible(
  request: CedarRequest,
  set: CompiledPolicySet,
  answers: Answers,
  live: Live,
): boolean {
  const hierarchy = hierarchyOf(request);
  const rules = set.policies.filter(
    ({ guard, json }) => guard === undefined && scopeMatches(json, request, hierarchy),
  );
  if (!rules.some(({ effect }) => effect === 'permit')) return false;
  const key = keyFor(rules, request, hierarchy);
  const known = answers.get(key);
  if (known !== undefined) return known;
  if (!holdsCedarText(request)) return false;
  const asked = live.ask((cedar) =>
    cedar.isAuthorizedPartial({
      ...request,
      context: { ...request.context },
      entities: [...request.entities],
      policies: { staticPolicies: Object.fromEntries(rules.map(({ id, text }) => [id, text])) },
    }),
  );
  // What cannot be evaluated is denied when called, so hiding it tells the truth. An engine that died may have died of
  // something else, so it is asked once more; but a list must not kill one for each of its items.
  if (!asked.ok || asked.answer.type === 'failure') {
    answers.fail(key);
    return false;
  }
  const { decision, errored } = asked.answer.response;
  const answer = decision !== 'deny' && !errored.some((id) => isWidening(set.byId.get(id)));
  answers.set(key, answer);
  return answer;
}

function isWidening(policy: CompiledPolicy | undefined): boolean {
  return policy === undefined || isRestricting(policy);
}

/**
 * Types of which no attribute holds an entity: policies come to one only as the call's own resource, so that its
 * identity can matter only where a policy names one.
 */
const ANONYMOUS: ReadonlySet<string> = new Set(['Tool', 'Prompt', 'Resource']);

/**
 * All that these rules can see: the attributes they read, with everything above the entities among them. Requests that
 * they cannot tell apart share an answer.
 */
function keyFor(rules: readonly CompiledPolicy[], request: CedarRequest, hierarchy: Hierarchy): string {
  const reader = createReader(request);
  const named = new Set(rules.flatMap(({ names }) => names));
  const describe = (uid: TypeAndId): unknown => {
    const above = [...hierarchy.upward(uid)].filter((key) => key !== keyOf(uid)).sort();
    return ANONYMOUS.has(uid.type) && !named.has(uid.type) ? [uid.type, above] : [keyOf(uid), above];
  };
  const paths = new Map(rules.flatMap(({ reads }) => reads.map(({ path }) => [JSON.stringify(path), path])));
  const seen = [...paths].map(([name, path]) => [name, describeValue(reader.value(path) ?? null, describe)]);
  return JSON.stringify([rules.map(({ id }) => id), seen]);
}

function describeValue(value: CedarValueJson, describe: (uid: TypeAndId) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((part) => describeValue(part, describe));
  if ('__entity' in value) return describe(value['__entity'] as TypeAndId);
  return Object.entries(value).map(([name, part]) => [name, describeValue(part, describe)]);
}
