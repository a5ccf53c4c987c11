// Whether some arguments of a call could be allowed or held: what a list may show (DESIGN section 6, bet 5). Rules that read
// nothing unknown are asked as for a call; the others are evaluated in part, with everything a later call could change unknown.

import type { ResidualResponse } from '@cedar-policy/cedar-wasm/nodejs';
import { ask } from './ask.ts';
import { isRestricting } from './evaluate.ts';
import type { CallFacts } from './facts.ts';
import { describe } from './index/describe.ts';
import { createLru } from './index/lru.ts';
import type { Matching, PolicyIndex } from './index/policy-index.ts';
import { policyNamed, rulesOf, type Slice } from './index/slice.ts';
import type { Live } from './live.ts';
import { project } from './project.ts';
import { buildRequest } from './request.ts';
import { holdsCedarText } from './reserved.ts';
import { outlookOf } from './residual.ts';
import type { PolicySchema } from './schema/types.ts';
import { type View, viewOf } from './view.ts';

/** What rules make of all calls that are still possible: they deny each, may permit one, or do neither. */
export type Tendency = 'denies' | 'permits' | 'neither';

/** Answers by what they rest on, bounded; least recently used go first. */
export interface Answers {
  get(key: string): Tendency | undefined;
  set(key: string, answer: Tendency): void;
  /** Notes that there was no answer; the second time, that is the answer: hidden. */
  fail(key: string): void;
}

export function createAnswers(limit: number): Answers {
  const answers = createLru<string, Tendency>(limit);
  const failed = createLru<string, true>(limit);
  return {
    get: answers.get,
    set: answers.set,
    fail(key) {
      if (failed.get(key) === true) answers.set(key, 'denies');
      failed.set(key, true);
    },
  };
}

/** What is asked, and what it said before. */
export interface Asking {
  readonly schema: PolicySchema;
  readonly index: PolicyIndex;
  readonly answers: Answers;
  readonly live: Live;
}

/** A call of which nothing is known that a later one could change; null if all such calls are denied without a question. */
export function openView(facts: CallFacts, schema: PolicySchema): View | null {
  const built = buildRequest(facts, schema, true);
  return built.ok && !schema.broken.has(built.request.action.id) ? viewOf(built.request) : null;
}

/**
 * Whether a request with unknowns could be allowed or held; null where that could not be told this time.
 *
 * @param isOpen the unknown may be anywhere in it, so that nothing is asked as for a call.
 */
export function isVisible(view: View, slices: Matching, asking: Asking, isOpen = false): boolean | null {
  const rules = slices.map(rulesOf);
  if (!rules.some(({ policies }) => policies.some(({ effect }) => effect === 'permit'))) return false;
  let isPermitted = false;
  let isUnanswered = false;
  // Those that are remembered first: what they deny needs no other.
  for (const slice of rules.toSorted((a, b) => Number(a.isVolatile) - Number(b.isVolatile))) {
    if (slice.policies.length === 0) continue;
    const tendency = tendencyOf(slice, view, asking, isOpen || slice.isVolatile);
    if (tendency === 'denies') return false;
    if (tendency === 'permits') isPermitted = true;
    if (tendency === null) isUnanswered = true;
  }
  return isUnanswered ? null : isPermitted;
}

/**
 * What cannot be evaluated is denied when called, so hiding it tells the truth. An engine that died may have died of
 * something else, so it is asked once more; but a list must not kill one for each of its items.
 */
function tendencyOf(slice: Slice, view: View, { answers, live }: Asking, isOpen: boolean): Tendency | null {
  const key = `${slice.key} ${describe(view, slice)}`;
  const before = answers.get(key);
  if (before !== undefined) return before;
  const tendency = (isOpen ? askOpen : askKnown)(slice, view, live);
  if (tendency === null) answers.fail(key);
  else answers.set(key, tendency);
  return tendency;
}

function askKnown(slice: Slice, view: View, live: Live): Tendency | null {
  const answer = ask(slice, view, live);
  if ('failed' in answer) return null;
  if (answer.forbids.length > 0 || answer.errored.some(isRestricting)) return 'denies';
  return answer.permits.length > 0 ? 'permits' : 'neither';
}

function askOpen(slice: Slice, view: View, live: Live): Tendency | null {
  const response = askPartially(slice, view, live);
  return response === null ? null : tendencyIn(response, slice);
}

/** What is left of a slice's policies while parts of the request are unknown; null where it could not be told this time. */
export function askPartially(slice: Slice, view: View, live: Live): ResidualResponse | null {
  const { principal, action, resource } = view.request;
  const shown = project(view, slice);
  if (!holdsCedarText([principal, action, resource, shown])) return null;
  const asked = live.ask((cedar) =>
    cedar.isAuthorizedPartial({
      principal,
      action,
      resource,
      ...shown,
      policies: { staticPolicies: slice.text },
    }),
  );
  return asked.ok && asked.answer.type !== 'failure' ? asked.answer.response : null;
}

function tendencyIn({ errored, residuals }: ResidualResponse, slice: Slice): Tendency {
  // A policy whose errors cannot be avoided is among the residuals as one that never matches.
  const failing = errored.map((id) => policyNamed(id, slice));
  if (failing.some((policy) => policy === undefined || isRestricting(policy))) return 'denies';
  const left = Object.entries(residuals).map(([id, json]) => ({
    policy: policyNamed(id, slice),
    outlook: outlookOf(json),
  }));
  if (left.some(({ policy, outlook }) => policy?.effect !== 'permit' && !outlook.false)) return 'denies';
  return left.some(({ policy, outlook }) => policy?.effect === 'permit' && outlook.true)
    ? 'permits'
    : 'neither';
}
