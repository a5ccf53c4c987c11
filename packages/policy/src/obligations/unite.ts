// What a decision obliges to: what its resource carries holds whatever was decided; permits that matched can only add
// (DESIGN section 6). Pure.
import type { CompiledPolicy } from '../compile/types.ts';
import type { Obligations } from '../decision.ts';
import { distinct, targetLabels } from '../entities.ts';
import type { TargetFacts } from '../facts.ts';

export function obligationsOf(
  resource: TargetFacts,
  matched: readonly Pick<CompiledPolicy, 'labels' | 'redact' | 'mask'>[],
): Obligations {
  return {
    labels: distinct(targetLabels(resource), ...matched.map(({ labels }) => labels)),
    redact: distinct(resource.redact ?? [], ...matched.map(({ redact }) => redact)),
    mask: distinct(resource.mask ?? [], ...matched.map(({ mask }) => mask)),
  };
}
