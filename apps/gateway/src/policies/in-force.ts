// What calls are decided by: holds it, makes the engine hold the same, and tells the operator when it changes.
import type { PolicySource, SchemaInput } from '@countersign/policy';
import type { Valid } from './compile-job.ts';
import type { PublisherDeps } from './publisher-types.ts';

export interface InForce extends Valid {
  readonly sources: readonly PolicySource[];
  /** Of the input of its schema, as `versionOf` gives it. */
  readonly version: string;
  /** What it was typed by when all of it was valid. */
  readonly fits: SchemaInput;
}

export interface Force {
  current(): InForce | null;
  /** Whether the engine took it; when not, what was before stays. */
  take(next: InForce): boolean;
}

export function createForce({ engine, tell }: Pick<PublisherDeps, 'engine' | 'tell'>): Force {
  let inForce: InForce | null = null;
  return {
    current: () => inForce,
    take(next) {
      if (inForce === null || !isSame(inForce, next)) {
        const loaded = engine.load(next.set, next.schema);
        if (!loaded.ok) {
          tell(`the policy engine did not take the set: ${loaded.message}`);
          return false;
        }
        const { digest, policies } = next.set;
        tell(`policy set ${digest.slice(0, 12)} is in force (${policies.length} policies)`);
        tellBroken(inForce?.broken ?? new Map(), next.broken, tell);
      }
      inForce = next;
      return true;
    },
  };
}

export const brokenText = (broken: Valid['broken']): string => JSON.stringify([...broken].toSorted());

function isSame(a: InForce, b: InForce): boolean {
  return (
    a.set.digest === b.set.digest &&
    a.schema.digest === b.schema.digest &&
    brokenText(a.broken) === brokenText(b.broken)
  );
}

function tellBroken(before: Valid['broken'], now: Valid['broken'], tell: (message: string) => void): void {
  for (const [tool, why] of now) {
    if (before.get(tool) !== why)
      tell(`calls of \`${tool}\` are denied: the policy set in force no longer fits it: ${why}`);
  }
  for (const tool of before.keys())
    if (!now.has(tool)) tell(`calls of \`${tool}\` are decided again: the policy set in force fits it`);
}
