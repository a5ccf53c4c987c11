// The committed list of checks that differ through the gateway today. It can only shrink: a difference outside it is a failure, and
// so is a line of it that is no longer true.
import type { Comparison } from './compare.ts';

/** `server 2025-11-25` → `scenario/check` → one word why. */
export type NotYet = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Sentences about what is wrong; none is what is wanted. */
export function problemsOf(comparisons: readonly Comparison[], notYet: NotYet): string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const comparison of comparisons) {
    const run = runOf(comparison);
    seen.add(run);
    const listed = new Set(Object.keys(notYet[run] ?? {}));
    if (!comparison.directPassed) problems.push(`${run}: a scored scenario fails without the gateway`);
    for (const { scenario, check, direct, through, message } of differencesIn(comparison)) {
      if (listed.delete(`${scenario}/${check}`)) continue;
      problems.push(
        `${run}: ${scenario}/${check} was ${direct} and is ${through} through the gateway: ${message}`,
      );
    }
    for (const name of listed) {
      problems.push(`${run}: ${name} does not differ any more: take it out of the list`);
    }
  }
  for (const run of Object.keys(notYet)) {
    if (!seen.has(run)) problems.push(`the list names the run \`${run}\`, which there is none of`);
  }
  return problems;
}

/** The list without what differs no more. */
export function shrunk(comparisons: readonly Comparison[], notYet: NotYet): NotYet {
  const runs = comparisons.map((comparison): [string, Readonly<Record<string, string>>] => {
    const names = new Set(differencesIn(comparison).map(({ scenario, check }) => `${scenario}/${check}`));
    const listed = Object.entries(notYet[runOf(comparison)] ?? {});
    return [runOf(comparison), Object.fromEntries(listed.filter(([name]) => names.has(name)))];
  });
  return Object.fromEntries(runs.filter(([, listed]) => Object.keys(listed).length > 0));
}

export function runOf({ leg, revision }: Pick<Comparison, 'leg' | 'revision'>): string {
  return `${leg} ${revision}`;
}

export function differencesIn(comparison: Comparison) {
  return comparison.scenarios.flatMap(({ differences }) => differences);
}
