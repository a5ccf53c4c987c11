// What a proposed change of the registry would do, as reviewers see it: each object before and after, and the recorded
// calls that would have been decided otherwise.
import type { Json } from '../../changes/types.ts';
import type { ObjectRef, Plan } from '../apply.ts';
import { keyOfObject, type Objects } from '../objects.ts';
import { buildSnapshot } from '../snapshot.ts';
import { type Concerned, concernedIn } from './concerned.ts';
import { differences, type FieldDifference } from './difference.ts';
import type { RegistryReplay, RegistryReplayed } from './replay-registry.ts';

/** Decides recorded calls again, off the path of live ones. */
export type ReplayChange = (before: Concerned, after: Concerned) => Promise<RegistryReplayed>;

export interface ObjectDifference extends ObjectRef {
  readonly op: 'created' | 'updated' | 'deleted';
  readonly fields: readonly FieldDifference[];
}

export async function effectOf(current: Objects, plan: Plan, replay: ReplayChange): Promise<Json> {
  const objects = plan.applied.map(({ kind, name, op }): ObjectDifference => {
    const key = keyOfObject(kind, name);
    return {
      op,
      kind,
      name,
      fields: differences(current.get(key)?.manifest, plan.objects.get(key)?.manifest),
    };
  });
  const moved = objects.filter(({ fields }) => fields.some(({ moves }) => moves.includes('policy')));
  const known = [buildSnapshot(current), buildSnapshot(plan.objects)] as const;
  const [before, after] = known.map((snapshot) => concernedIn(snapshot, moved));
  const replayed: RegistryReplayed =
    before === undefined || after === undefined || moved.length === 0
      ? { ok: false, message: 'it changes nothing that policies read' }
      : await replay(before, after);
  return JSON.parse(
    JSON.stringify({
      objects,
      // Nobody is told that nothing changes where nobody knows.
      replay: replayed.ok ? shown(replayed.replay) : null,
      notReplayed: replayed.ok ? null : replayed.message,
    }),
  ) as Json;
}

function shown({ groups, covered, ...replay }: RegistryReplay) {
  const told = groups.map(({ examples, ...group }) => ({
    ...group,
    examples: examples.map((example) => ({ ...example, at: new Date(example.at).toISOString() })),
  }));
  const since = covered.since === null ? null : new Date(covered.since).toISOString();
  return { ...replay, groups: told, covered: { ...covered, since } };
}
