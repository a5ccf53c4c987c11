// Manifests that somebody applies while the gateway runs. Where changes of the registry are reviewed, what moves decisions
// becomes a proposal; the rest takes effect at once.
import { authorOf } from '../../changes/people.ts';
import type { ChangeDesk, ChangeRefusal, ReviewedChange, ReviewRules } from '../../changes/types.ts';
import { ok, type Result } from '../../errors.ts';
import type { Actor, AppliedChange, ObjectRef } from '../apply.ts';
import type { LocatedManifest } from '../manifests.ts';
import { keyOfObject, type Objects } from '../objects.ts';
import type { ApplyFailure, Registry } from '../registry.ts';
import type { Manifest } from '../schema.ts';
import { stagesOf } from './stages.ts';

export interface RegistryDeskDeps {
  readonly registry: Pick<Registry, 'current' | 'objects' | 'preview' | 'applyManifests'>;
  readonly changes: Pick<ChangeDesk, 'propose'>;
  readonly rules: () => ReviewRules;
}

export interface Submission {
  readonly manifests: readonly LocatedManifest[];
  /** Registry name of who applies them. */
  readonly author: string;
  /** Why; needed where something of it is proposed. */
  readonly message: string;
}

export interface Submitted {
  readonly applied: readonly AppliedChange[];
  /** Objects of which something waits. */
  readonly proposed: readonly ObjectRef[];
  /** Null where nothing waits. */
  readonly change: ReviewedChange | null;
}

export type SubmitFailure =
  | { readonly kind: 'apply'; readonly failure: ApplyFailure }
  /** `applied` is in force all the same: it never waits. */
  | {
      readonly kind: 'propose';
      readonly refusal: ChangeRefusal;
      readonly applied: readonly AppliedChange[];
    };

export interface RegistryDesk {
  submit(submission: Submission): Promise<Result<Submitted, SubmitFailure>>;
}

/** Somebody who applies beside it costs another look; who keeps doing so is told. */
const ATTEMPTS = 3;

export function createRegistryDesk({ registry, changes, rules }: RegistryDeskDeps): RegistryDesk {
  const applyAll = async (submission: Submission): Promise<Result<Submitted, SubmitFailure>> => {
    const { manifests } = submission;
    const result = await registry.applyManifests({ manifests }, actorOf(submission));
    return result.ok
      ? ok({ applied: result.value.applied, proposed: [], change: null })
      : unapplied(result.error);
  };

  const inStages = async (submission: Submission): Promise<Result<Submitted, SubmitFailure>> => {
    const { manifests, author, message } = submission;
    const actor = actorOf(submission);
    const current = registry.objects();
    const plan = registry.preview({ manifests }, actor);
    if (!plan.ok) return unapplied({ code: 'invalid', problems: plan.error });
    const { atOnce, reviewed } = stagesOf(
      current,
      plan.value,
      (some) => registry.preview({ manifests: some.map(unlocated) }, actor).ok,
    );
    const refusal = reviewed.length === 0 ? null : whyNotProposed(submission);
    if (refusal !== null) return unproposed(refusal);
    const result = await registry.applyManifests({ manifests: atOnce.map(unlocated) }, actor, {
      generations: generationsOf(plan.value.applied, current),
    });
    if (!result.ok) return unapplied(result.error);
    const { applied } = result.value;
    if (reviewed.length === 0) return ok({ applied, proposed: [], change: null });
    const proposal = { manifests: reviewed };
    const proposed = await changes.propose({ of: 'registry', author, message, proposal });
    return proposed.ok
      ? ok({ applied, proposed: reviewed.map(refOf), change: proposed.value })
      : unproposed(proposed.error, applied);
  };

  /** Asked before anything is applied, so that who may not propose changes nothing either. */
  const whyNotProposed = ({ author, message }: Submission): ChangeRefusal | null => {
    const found = authorOf(registry.current(), author, rules());
    if (!found.ok) return found.error;
    return message.trim() === ''
      ? {
          code: 'message_required',
          message: 'this moves decisions, so other people have to agree to it: say why with a message',
        }
      : null;
  };

  return {
    async submit(submission) {
      if (rules().quorum === 0) return applyAll(submission);
      for (let attempt = 1; ; attempt += 1) {
        const result = await inStages(submission);
        const isOvertaken =
          !result.ok && result.error.kind === 'apply' && result.error.failure.code === 'conflict';
        if (!isOvertaken || attempt === ATTEMPTS) return result;
      }
    },
  };
}

function actorOf({ author, message }: Submission): Actor {
  return { via: 'api', user: author, ...(message.trim() === '' ? {} : { message: message.trim() }) };
}

const unlocated = (manifest: Manifest): LocatedManifest => ({
  manifest,
  origin: { source: null, document: null, lineOf: () => null },
});

const refOf = ({ kind, metadata }: Manifest): ObjectRef => ({ kind, name: metadata.name });

function generationsOf(refs: readonly ObjectRef[], current: Objects): ReadonlyMap<string, number> {
  return new Map(
    refs.map(({ kind, name }) => {
      const key = keyOfObject(kind, name);
      return [key, current.get(key)?.generation ?? 0];
    }),
  );
}

function unapplied(failure: ApplyFailure): Result<never, SubmitFailure> {
  return { ok: false, error: { kind: 'apply', failure } };
}

function unproposed(
  refusal: ChangeRefusal,
  applied: readonly AppliedChange[] = [],
): Result<never, SubmitFailure> {
  return { ok: false, error: { kind: 'propose', refusal, applied } };
}
