// Changes of the registry that other people have to agree to: what they agreed to is what is applied, to objects that
// nobody has changed since (DESIGN section 6, "One source of truth").
import { z } from 'zod';
import type { ChangeFailure, ChangeKind, Json, ReviewRules } from '../../changes/types.ts';
import { describeProblems, type Problem } from '../../config/problems.ts';
import { ok, type Result } from '../../errors.ts';
import type { Actor } from '../apply.ts';
import { checkManifest, type LocatedManifest } from '../manifests.ts';
import { keyOfObject } from '../objects.ts';
import type { ApplyFailure, Registry } from '../registry.ts';
import type { Manifest } from '../schema.ts';
import { effectOf, type ReplayChange } from './effect.ts';

export interface RegistryChangesDeps {
  readonly registry: Pick<Registry, 'objects' | 'preview' | 'applyManifests'>;
  readonly rules: () => ReviewRules;
  readonly replay: ReplayChange;
}

/** What may be proposed: manifests, as JSON. Credential files in them are absolute paths. */
const Wanted = z.strictObject({ manifests: z.array(z.unknown()).min(1).max(10_000) });

/** What is stored, agreed to and applied. `generation` is the object's when it was proposed; 0 for a new one. */
const Proposal = z.object({
  objects: z.array(z.object({ generation: z.int().nonnegative(), manifest: z.unknown() })).min(1),
});

export function registryChanges({ registry, rules, replay }: RegistryChangesDeps): ChangeKind {
  return {
    of: 'registry',
    rules,
    async check(proposal) {
      const wanted = Wanted.safeParse(proposal);
      if (!wanted.success) return no('invalid', z.prettifyError(wanted.error));
      const manifests = readManifests(wanted.data.manifests);
      if (!manifests.ok) return invalid(manifests.error);
      const current = registry.objects();
      const plan = registry.preview({ manifests: manifests.value }, BY_REVIEW);
      if (!plan.ok) return invalid(plan.error);
      const { applied, objects } = plan.value;
      if (applied.length === 0)
        return no('invalid', 'everything is registered exactly so already: there is nothing to change');
      const stored = applied.map(({ kind, name }) => {
        const key = keyOfObject(kind, name);
        return { generation: current.get(key)?.generation ?? 0, manifest: objects.get(key)?.manifest };
      });
      return ok({
        proposal: asJson({ objects: stored }),
        effect: await effectOf(current, plan.value, replay),
      });
    },
    async apply(change, { writer }) {
      const { objects } = Proposal.parse(change.proposal);
      const manifests = readManifests(objects.map(({ manifest }) => manifest));
      if (!manifests.ok) return invalid(manifests.error);
      const generations = new Map(
        manifests.value.map(({ manifest }, at) => [keyOf(manifest), objects[at]?.generation ?? 0]),
      );
      const applied = await registry.applyManifests(
        { manifests: manifests.value },
        { via: 'api', user: change.author },
        { generations, reviewed: { change: change.id, writer } },
      );
      return applied.ok ? applied : failed(applied.error);
    },
  };
}

const BY_REVIEW: Actor = { via: 'api', user: null };

const keyOf = ({ kind, metadata }: Manifest): string => keyOfObject(kind, metadata.name);

function readManifests(values: readonly unknown[]): Result<readonly LocatedManifest[], readonly Problem[]> {
  const manifests: LocatedManifest[] = [];
  const problems: Problem[] = [];
  for (const [at, value] of values.entries()) {
    const origin = { source: null, document: at + 1, lineOf: () => null };
    const read = checkManifest(value, origin, null);
    if (read.ok) manifests.push(read.value);
    else problems.push(...read.error);
  }
  return problems.length > 0 ? { ok: false, error: problems } : ok(manifests);
}

function failed(failure: ApplyFailure): Result<never, ChangeFailure> {
  switch (failure.code) {
    case 'invalid':
      return invalid(failure.problems);
    case 'conflict':
      return no(
        'conflict',
        'what it changes was changed by something else since it was proposed: look at it, and propose it again',
      );
    case 'log_unavailable':
      return no('unavailable', failure.message);
  }
}

function invalid(problems: readonly Problem[]): Extract<Result<never, ChangeFailure>, { ok: false }> {
  return no('invalid', describeProblems(problems));
}

function no(
  code: ChangeFailure['code'],
  message: string,
): Extract<Result<never, ChangeFailure>, { ok: false }> {
  return { ok: false, error: { code, message } };
}

/** Plain data as it will be read back: members that are undefined are none. */
function asJson(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
