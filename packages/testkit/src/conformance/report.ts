// What the runs found, as Markdown for docs/conformance.md. It tells no times, so that the same results are the same text.
import { type Comparison, type Counts, type ScenarioComparison } from './compare.ts';
import { differencesIn, type NotYet, runOf } from './not-yet.ts';

/** The generated part: a table of the runs, what differs, and each run by scenario. */
export function renderConformance(comparisons: readonly Comparison[], notYet: NotYet): string {
  return [summary(comparisons), differing(comparisons, notYet), ...comparisons.map(byScenario)].join('\n\n');
}

function summary(comparisons: readonly Comparison[]): string {
  const rows = comparisons.map((comparison) => {
    const { scenarios, checks } = comparison;
    const scored = scenarios.filter(({ unscored }) => unscored === undefined);
    return row([
      runOf(comparison),
      `${scenarios.length} (${scored.length})`,
      String(checks),
      counts(sum(scenarios, 'direct')),
      counts(sum(scored, 'direct')),
      counts(sum(scenarios, 'through')),
      String(differencesIn(comparison).length),
    ]);
  });
  return table(
    ['run', 'scenarios (scored)', 'checks', 'direct', 'direct, scored', 'through', 'differ'],
    rows,
  );
}

function differing(comparisons: readonly Comparison[], notYet: NotYet): string {
  const rows = comparisons.flatMap((comparison) => {
    const run = runOf(comparison);
    return differencesIn(comparison).map(({ scenario, check, direct, through }) => {
      const why = notYet[run]?.[`${scenario}/${check}`] ?? 'unexpected';
      return row([run, `${scenario}/${check}`, word(direct), word(through), why]);
    });
  });
  if (rows.length === 0) return 'No check differs.';
  return `What differs:\n\n${table(['run', 'check', 'direct', 'through', 'why'], rows)}`;
}

function byScenario(comparison: Comparison): string {
  const rows = comparison.scenarios.map(({ scenario, unscored, direct, through, differences }) =>
    row([
      unscored === undefined ? scenario : `${scenario} (${unscored})`,
      counts(direct),
      counts(through),
      differences.length === 0 ? '' : String(differences.length),
    ]),
  );
  return `### ${runOf(comparison)}\n\n${table(['scenario', 'direct', 'through', 'differ'], rows)}`;
}

function sum(scenarios: readonly ScenarioComparison[], which: 'direct' | 'through'): Counts {
  let [passed, failed] = [0, 0];
  for (const scenario of scenarios) {
    passed += scenario[which].passed;
    failed += scenario[which].failed;
  }
  return { passed, failed };
}

const counts = ({ passed, failed }: Counts): string => `${passed} / ${failed}`;
const word = (status: string): string => status.toLowerCase();
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly string[]): string =>
  [row(head), row(head.map(() => '---')), ...rows].join('\n');
