// What a decision obliges to: what its resource carries holds whatever was decided; permits that matched can only add
// (DESIGN section 6). Pure.
import type { CompiledPolicy } from '../compile/types.ts';
import type { Obligations } from '../decision.ts';
import { distinct, targetLabels } from '../entities.ts';
import type { TargetFacts } from '../facts.ts';

/** What a resource obliges to by itself. */
export function obligationsOf(resource: TargetFacts): Obligations {
  return { labels: targetLabels(resource), redact: resource.redact ?? [], mask: resource.mask ?? [] };
}

/** What the resource obliges to together with the policies that matched. */
export function uniteObligations(
  own: Obligations,
  matched: readonly Pick<CompiledPolicy, 'labels' | 'redact' | 'mask'>[],
): Obligations {
  // Hardly any policy obliges to anything.
  const adding = matched.filter(
    ({ labels, redact, mask }) => labels.length + redact.length + mask.length > 0,
  );
  return {
    labels: distinct(own.labels, ...adding.map(({ labels }) => labels)),
    redact: distinct(own.redact, ...adding.map(({ redact }) => redact)),
    mask: distinct(own.mask, ...adding.map(({ mask }) => mask)),
  };
}
