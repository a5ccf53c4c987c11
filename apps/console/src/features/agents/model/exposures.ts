// What an agent has seen, and the people for whom it received it, as the API lists them; and what of it a declassification names.
import type { ExposureList } from '../../../api/types.ts';

export type Exposure = ExposureList['exposures'][number];

/** What `POST /exposures/clear` is told of whom and of what. */
export interface Cleared {
  readonly agent: string;
  /** Keys: two people may go by one name. */
  readonly subjects: readonly string[];
  readonly labels: readonly string[];
}

const isOfAgent = ({ holder }: Exposure): boolean => holder.kind === 'agent';
export const ofAgent = (exposures: readonly Exposure[]) => exposures.filter(isOfAgent);
export const ofPeople = (exposures: readonly Exposure[]) => exposures.filter((each) => !isOfAgent(each));

/** The agent's own labels, each once, by name. */
export const labelsOf = (exposures: readonly Exposure[]): readonly string[] =>
  [...new Set(ofAgent(exposures).map(({ label }) => label))].toSorted();

/** How many people, and how many labels, one proposal may name: `POST /exposures/clear` refuses more. */
export const MOST_NAMED = 100;

/** The keys of the people who have one of the labels, each once. */
export const peopleWith = (exposures: readonly Exposure[], labels: readonly string[]): readonly string[] => [
  ...new Set(
    exposures.flatMap(({ holder, label }) =>
      holder.kind === 'subject' && labels.includes(label) ? [holder.key] : [],
    ),
  ),
];

/** What of the labels chosen is there to be cleared still: one may have ended by itself since. */
export const stillOffered = (exposures: readonly Exposure[], labels: readonly string[]): readonly string[] =>
  labelsOf(exposures).filter((label) => labels.includes(label));

/** What the choice of `labels` clears: of the agent and, if they are meant too, of the people who have one of them. */
export function clearedBy(
  agent: string,
  exposures: readonly Exposure[],
  { labels, isOfPeople }: { readonly labels: readonly string[]; readonly isOfPeople: boolean },
): Cleared {
  const named = stillOffered(exposures, labels).slice(0, MOST_NAMED);
  const people = isOfPeople ? peopleWith(exposures, named) : [];
  return { agent, subjects: people.slice(0, MOST_NAMED), labels: named };
}
