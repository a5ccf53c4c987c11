// What calls are decided by: holds it, makes the engine hold the same, and tells the operator when it changes.
import type { PolicySchema, PolicySource } from '@countersign/policy';
import type { Valid } from './compile-job.ts';
import type { PublisherDeps } from './publisher-types.ts';

export interface InForce extends Valid {
  readonly sources: readonly PolicySource[];
  /** Of the input of its schema, as `versionOf` gives it. */
  readonly version: string;
  /** What its schema types each tool by, as `typesOf` gives it. */
  readonly types: ReadonlyMap<string, string>;
}

export interface Force {
  current(): InForce | null;
  /** Whether the engine took it; when not, what was before stays. */
  take(next: InForce): boolean;
}

export function createForce({
  engine,
  onLive,
  tell,
}: Pick<PublisherDeps, 'engine' | 'onLive' | 'tell'>): Force {
  let inForce: InForce | null = null;
  return {
    current: () => inForce,
    take(next) {
      if (inForce?.set.digest !== next.set.digest || inForce.schema.digest !== next.schema.digest) {
        const loaded = engine.load(next.set, next.schema);
        if (!loaded.ok) {
          tell(`the policy engine did not take the set: ${loaded.message}`);
          return false;
        }
        const { digest, policies } = next.set;
        tell(`policy set ${digest.slice(0, 12)} is in force (${policies.length} policies)`);
        tellBroken(inForce?.schema.broken ?? new Map(), next.schema.broken, tell);
      }
      const isOther = inForce?.set.digest !== next.set.digest;
      inForce = next;
      if (isOther) onLive?.();
      return true;
    },
  };
}

type Broken = PolicySchema['broken'];

/** As it is recorded: pairs of tool and why, by tool. */
export function brokenText(broken: Broken): string {
  return JSON.stringify([...broken].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function tellBroken(before: Broken, now: Broken, tell: (message: string) => void): void {
  for (const [tool, why] of now)
    if (before.get(tool) !== why) tell(`calls of \`${tool}\` are denied: ${why}`);
  for (const tool of before.keys())
    if (!now.has(tool)) tell(`calls of \`${tool}\` are decided again: the policy set fits it`);
  for (const tool of before.keys())
    if (!now.has(tool)) tell(`calls of \`${tool}\` are decided again: the policy set in force fits it`);
}
