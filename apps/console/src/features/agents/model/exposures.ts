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

/** What the choice of `labels` clears: of the agent and, if they are meant too, of the people who have one of them. */
export function clearedBy(
  agent: string,
  exposures: readonly Exposure[],
  { labels, isOfPeople }: { readonly labels: readonly string[]; readonly isOfPeople: boolean },
): Cleared {
  const people = exposures.flatMap(({ holder, label }) =>
    isOfPeople && holder.kind === 'subject' && labels.includes(label) ? [holder.key] : [],
  );
  return { agent, subjects: [...new Set(people)], labels };
}
