// What slices say of a request: the engine's word, or what it said before of one that they cannot tell apart from this one, or
// nothing where their conditions are surely not met (DESIGN section 6, "Index").

import type { AuthorizationAnswer } from '@cedar-policy/cedar-wasm/nodejs';
import type { CompiledPolicy } from './compile/types.ts';
import { describe } from './index/describe.ts';
import { partsOf, type Union } from './index/parts.ts';
import type { Matching } from './index/policy-index.ts';
import { policyNamed, type Slice } from './index/slice.ts';
import type { Live } from './live.ts';
import type { Answer, Asked } from './memory.ts';
import { project } from './project.ts';
import { byCodeUnits, holdsCedarText } from './reserved.ts';
import type { View } from './view.ts';

export type Failed = { readonly failed: string };

const NOTHING: Answer = { permits: [], forbids: [], errored: [], errors: [] };

/** Asks all slices that match a request. */
export function askAll(slices: Matching, view: View, asked: Asked): Answer | Failed {
  const { lasting, passing } = partsOf(slices);
  const said = askLasting(lasting, view, asked);
  const met = passing.filter(({ isUnmet }) => !isUnmet(view));
  return met.length === 0 ? said : unite([said, ...met.map(({ slice }) => ask(slice, view, asked.live))]);
}

/** Slices share answers with other calls of the same agent, or of the same tool; all of them together, with calls like this. */
function askLasting(union: Union, view: View, asked: Asked): Answer | Failed {
  const { slices, needs } = union;
  const [only, ...others] = slices;
  if (only === undefined) return NOTHING;
  if (others.length === 0) return askRemembering(only, view, asked);
  const askEach = (): Answer | Failed => unite(slices.map((slice) => askRemembering(slice, view, asked)));
  if (needs.everything) return askEach();
  const key = describe(view, union);
  const before = asked.together.recall('answers', union, key);
  if (before !== undefined) return before;
  const answer = askEach();
  if (isLasting(answer)) asked.together.note('answers', union, key, answer);
  return answer;
}

/** The same question has the same answer. An error has not: it names what it happened to. */
function askRemembering(slice: Slice, view: View, { live, memory }: Asked): Answer | Failed {
  const key = describe(view, slice);
  const before = memory.recall('answers', slice, key);
  if (before !== undefined) return before;
  const answer = ask(slice, view, live);
  if (isLasting(answer)) memory.note('answers', slice, key, answer);
  return answer;
}

function isLasting(answer: Answer | Failed): answer is Answer {
  return !('failed' in answer) && answer.errored.length === 0;
}

/** Asks a slice about a request. */
export function ask(slice: Slice, view: View, live: Live): Answer | Failed {
  const { principal, action, resource } = view.request;
  const shown = project(view, slice);
  if (!holdsCedarText([principal, action, resource, shown]))
    return { failed: 'a name in the request is not well-formed Unicode' };
  const asked = live.askAbout(slice, (cedar, name) =>
    cedar.statefulIsAuthorized({ principal, action, resource, ...shown, preparsedPolicySetId: name }),
  );
  return asked.ok ? read(asked.answer, slice) : { failed: asked.message };
}

function read(answer: AuthorizationAnswer, slice: Slice): Answer | Failed {
  if (answer.type === 'failure') return { failed: answer.errors.map(({ message }) => message).join('; ') };
  const { reason, errors } = answer.response.diagnostics;
  const reasons = reason.map((id) => policyNamed(id, slice));
  const failures = errors.map(({ policyId, error }) => ({ policy: policyNamed(policyId, slice), error }));
  const errored = failures.map(({ policy }) => policy);
  if (!reasons.every(isKnown) || !errored.every(isKnown))
    return { failed: 'the engine named a policy that is not in the set' };
  // The engine's order varies from run to run; a decision that replays must not.
  const errorOf = ({ policy, error }: (typeof failures)[number]): Answer['errors'][number] => ({
    policy: policy?.id ?? '',
    message: error.message,
  });
  return {
    permits: reasons.filter(({ effect }) => effect === 'permit').sort(byId),
    forbids: reasons.filter(({ effect }) => effect === 'forbid').sort(byId),
    errored: errored.sort(byId),
    errors: failures.map(errorOf).sort(byPolicy),
  };
}

/** Each policy speaks for itself: what slices say apart, they say together. But for a permit, only if nothing forbids. */
function unite(answers: readonly (Answer | Failed)[]): Answer | Failed {
  const failed = answers.find((answer) => 'failed' in answer);
  if (failed !== undefined) return failed;
  const said = answers.filter((answer): answer is Answer => !('failed' in answer));
  return {
    permits: said.flatMap(({ permits }) => permits).sort(byId),
    forbids: said.flatMap(({ forbids }) => forbids).sort(byId),
    errored: said.flatMap(({ errored }) => errored).sort(byId),
    errors: said.flatMap(({ errors }) => errors).sort(byPolicy),
  };
}

const byId = (a: CompiledPolicy, b: CompiledPolicy): number => byCodeUnits(a.id, b.id);
const byPolicy = (a: Answer['errors'][number], b: Answer['errors'][number]): number =>
  byCodeUnits(a.policy, b.policy);

function isKnown(policy: CompiledPolicy | undefined): policy is CompiledPolicy {
  return policy !== undefined;
}
