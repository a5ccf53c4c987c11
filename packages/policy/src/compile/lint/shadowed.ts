// Permits that change nothing: a rule forbids all that they permit, or another permit already permits it.

import type { CompiledPolicy } from '../types.ts';
import { isUnconditional } from './conditions.ts';
import { coverOf, covers } from './cover.ts';
import type { Lint } from './lint.ts';

/** Warns of permits under an unconditional forbid or permit whose scope holds theirs. */
export const lintShadowed: Lint = ({ policies, index }) => {
  const broad = policies.filter(({ guard, json }) => guard === undefined && isUnconditional(json));
  const forbidsOver = coverOf(
    broad.filter(({ effect }) => effect === 'forbid'),
    index,
  );
  const permitsOver = coverOf(
    broad.filter(({ effect }) => effect === 'permit'),
    index,
  );
  return policies.flatMap((policy) => {
    if (policy.effect === 'forbid') return [];
    const [forbid] = forbidsOver(policy);
    if (forbid !== undefined) {
      const message = `${shown(forbid)} forbids all that it permits; take one of them out, or narrow the forbid`;
      return [{ policy, message }];
    }
    if (addsSomething(policy)) return [];
    const permit = permitsOver(policy).find((other) => makesNeedless(other, policy));
    if (permit === undefined) return [];
    const message = `${shown(permit)} already permits all that it permits; take one of them out, or narrow the other`;
    return [{ policy, message }];
  });

  /** Of two permits that say the same, one is needed. */
  function makesNeedless(other: CompiledPolicy, policy: CompiledPolicy): boolean {
    if (other.id === policy.id) return false;
    const isTwin = isUnconditional(policy.json) && !addsSomething(other) && covers(policy, other, index);
    return !isTwin || other.id < policy.id;
  }
};

/** What it obliges to holds beside any other permit. */
function addsSomething({ labels, redact, mask }: CompiledPolicy): boolean {
  return labels.length + redact.length + mask.length > 0;
}

function shown({ id, file, line }: CompiledPolicy): string {
  return `\`${id}\` (\`${file}\`, line ${line})`;
}
