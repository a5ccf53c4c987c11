// What a policy says otherwise, as it is shown: what stands in the place of something is told beside it. Pure.
import type { PolicyComparison } from '../../../api/types.ts';

export type PolicyChange = NonNullable<PolicyComparison['policies']>[number];
export type Term = PolicyChange['terms'][number];

/**
 * Conditions have no names, so that each comes or goes by itself; where of one kind a single one went and a single one came,
 * people take them for the same.
 */
export function pairedTerms(terms: readonly Term[]): readonly Term[] {
  const isOnly = (term: Term): boolean =>
    terms.filter(({ part, before }) => part === term.part && (before === null) === (term.before === null))
      .length === 1;
  return terms.flatMap((term): Term[] => {
    if (term.part !== 'when' && term.part !== 'unless') return [term];
    const other = terms.find(
      ({ part, before, after }) =>
        part === term.part &&
        (before === null) !== (term.before === null) &&
        (after === null) !== (term.after === null),
    );
    if (other === undefined || !isOnly(term) || !isOnly(other)) return [term];
    return term.before === null ? [] : [{ ...term, after: other.after }];
  });
}
