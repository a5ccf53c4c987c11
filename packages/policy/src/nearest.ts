// For a call that no permit allowed: the permits whose scope matched, and the very condition of each that was not true
// (DESIGN section 6, explanation). Explains a decision already made; whatever fails here leaves the denial as it is.

import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Cedar } from './cedar-door.ts';
import type { CompiledPolicy } from './compile/types.ts';
import { conditionsOf as conditionsIn, writtenCondition } from './conditions.ts';
import type { NearestPermit } from './decision.ts';
import type { Asked, Failures, Memory } from './memory.ts';
import { explainPolicy, type Reader } from './explain.ts';
import { describe } from './index/describe.ts';
import { type Needs, needsOf } from './index/needs.ts';
import type { Matching } from './index/policy-index.ts';
import { placeOf, type Slice } from './index/slice.ts';
import type { Live } from './live.ts';
import { project } from './project.ts';
import { byCodeUnits } from './reserved.ts';
import type { View } from './view.ts';

/** Permits looked at in a slice, in order of id, and permits shown, fewest failures first. */
const MAX_CANDIDATES = 12;
const MAX_SHOWN = 3;

/** One condition of a permit, as a policy of its own. */
interface Condition {
  readonly permit: CompiledPolicy;
  readonly json: PolicyJson;
  /** The policy, and the condition as people read it. */
  readonly text: string;
  readonly shown: string;
}

/** The conditions of a slice's permits, prepared and asked about like a slice. */
interface Conditions {
  readonly policies: readonly Condition[];
  readonly text: string;
  readonly needs: Needs;
  readonly isVolatile: boolean;
}

/** Finds the nearest permits among those whose scope matches. */
export function nearestPermits(
  slices: Matching,
  view: View,
  reader: Reader,
  { live, memory }: Asked,
): NearestPermit[] {
  return slices
    .flatMap((slice) => failedRemembering(slice, view, live, memory))
    .sort(([a, first], [b, second]) => first.length - second.length || byCodeUnits(a.id, b.id))
    .slice(0, MAX_SHOWN)
    .map(([permit, failed]) => ({ ...explainPolicy(permit, reader), failed }));
}

function failedRemembering(slice: Slice, view: View, live: Live, memory: Memory): readonly Failures[] {
  if (slice.isVolatile) return failedIn(slice, view, live);
  const key = describe(view, slice);
  const before = memory.recall('failures', slice, key);
  if (before !== undefined) return before;
  const failed = failedIn(slice, view, live);
  memory.note('failures', slice, key, failed);
  return failed;
}

function failedIn(slice: Slice, view: View, live: Live): Failures[] {
  const made = conditionsOf(slice, live);
  if (made === null || made.policies.length === 0) return [];
  const { principal, action, resource } = view.request;
  const asked = live.askAbout(made, (cedar, name) =>
    cedar.statefulIsAuthorized({
      principal,
      action,
      resource,
      ...project(view, made),
      preparsedPolicySetId: name,
    }),
  );
  if (!asked.ok || asked.answer.type === 'failure') return [];
  const { reason, errors } = asked.answer.response.diagnostics;
  const held = new Set(reason.map(placeOf));
  // A condition that could not be evaluated alone is usually protected by one before it, which is the one that failed.
  const errored = new Set(errors.map(({ policyId }) => placeOf(policyId)));
  const failed = new Map<CompiledPolicy, string[]>();
  for (const [at, { permit, shown }] of made.policies.entries()) {
    const texts = failed.get(permit) ?? [];
    failed.set(permit, texts);
    if (held.has(at) || (errored.has(at) && texts.length > 0)) continue;
    texts.push(shown);
  }
  return [...failed];
}

const known = new WeakMap<Slice, Conditions>();

/** Null where the engine could not write them down. */
function conditionsOf(slice: Slice, live: Live): Conditions | null {
  const before = known.get(slice);
  if (before !== undefined) return before;
  const permits = slice.policies.filter(({ effect }) => effect === 'permit').slice(0, MAX_CANDIDATES);
  const asked = live.ask((cedar) => permits.flatMap((permit) => partsOf(permit, cedar)));
  if (!asked.ok) return null;
  const made = {
    policies: asked.answer,
    text: asked.answer.map(({ text }) => text).join('\n'),
    needs: needsOf(asked.answer.map(({ json }) => json)),
    isVolatile: slice.isVolatile,
  };
  known.set(slice, made);
  return made;
}

function partsOf(permit: CompiledPolicy, cedar: Cedar): Condition[] {
  return conditionsIn(permit.json).flatMap((json) => {
    const written = writtenCondition(json, cedar);
    return written === null ? [] : [{ permit, json, ...written }];
  });
}
