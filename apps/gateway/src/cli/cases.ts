// What came of cases, as text: what failed in full, what was never tried, and a summary.
import type { CaseReport, CaseResult, PolicyCoverage } from '@countersign/policy';
import { diagnosticLines } from './changes.ts';
import { table } from './table.ts';
import { safe } from './text.ts';

export function caseLines({ results }: CaseReport): string[] {
  const told = new Set<string>();
  return results
    .filter(({ ok }) => !ok)
    .flatMap((result) => [...(isRefused(result) ? refusedLines(result, told) : failureLines(result)), '']);
}

/** Whether the set was refused, and the case wanted a decision of it. */
export function isRefused({ differences: [first] }: CaseResult): boolean {
  return first?.part === 'refused' && first.wanted === null;
}

/** Most cases of a folder are about one set: what is wrong with it is told once. */
function refusedLines(result: CaseResult, told: Set<string>): string[] {
  const complaints = diagnosticLines(result.diagnostics).map((one) => `  ${one}`);
  const key = complaints.join('\n');
  if (told.has(key)) return [headLine(result), '  its policies are refused, as above'];
  told.add(key);
  return [headLine(result), '  its policies are refused, so that they decide nothing:', ...complaints];
}

const headLine = ({ name, file, line, column }: CaseResult): string =>
  `FAILED ${safe(file)}:${line}:${column}: ${safe(name)}`;

function failureLines(result: CaseResult): string[] {
  const { differences, sentence, nearest, diagnostics } = result;
  return [
    headLine(result),
    ...differences.flatMap(({ part, wanted, got }) => [
      `  ${part}: wanted ${valueText(wanted)}`,
      `  ${' '.repeat(part.length)}     got ${valueText(got)}`,
    ]),
    ...(sentence === null ? [] : [`  ${safe(sentence)}`]),
    ...nearest.flatMap((permit) => [
      `  came closest: ${safe(permit.id)} (${safe(permit.file)}:${permit.line}:${permit.column})`,
      ...permit.failed.map((condition) => `    did not hold: ${safe(condition)}`),
    ]),
    ...diagnosticLines(diagnostics).map((one) => `  ${one}`),
  ];
}

function valueText(value: unknown): string {
  return value === undefined || value === null ? 'nothing' : safe(JSON.stringify(value));
}

const STATES = {
  matched: 'matched',
  only_errored: 'only errored',
  never_matched: 'never matched',
} as const;

/** All policies, or those that no case made matter. */
export function coverageLines(
  coverage: readonly PolicyCoverage[],
  options: { readonly isColoured: boolean; readonly isWhole: boolean },
): string[] {
  const shown = options.isWhole ? coverage : coverage.filter(({ state }) => state !== 'matched');
  if (shown.length === 0) return [];
  const rows = shown.map(({ id, kind, matched, errored, state, file, line, column }) => [
    id,
    kind,
    String(matched),
    String(errored),
    STATES[state],
    `${file}:${line}:${column}`,
  ]);
  return table(['policy', 'kind', 'matched', 'errored', 'state', 'place'], rows, { ...options, none: '' });
}

/** How many of the policies some case matched, in percent; a set without policies is covered. */
export function covered(coverage: readonly PolicyCoverage[]): number {
  if (coverage.length === 0) return 100;
  return (100 * coverage.filter(({ state }) => state === 'matched').length) / coverage.length;
}

export function summaryLine({ results, coverage }: CaseReport): string {
  const passed = results.filter(({ ok }) => ok).length;
  const cases = `${passed} of ${results.length} cases passed`;
  if (coverage.length === 0) return cases;
  const kinds = (['permit', 'forbid', 'guard'] as const).flatMap((kind) => {
    const of = coverage.filter((policy) => policy.kind === kind);
    const matched = of.filter(({ state }) => state === 'matched').length;
    return of.length === 0 ? [] : [`${matched} of ${of.length} ${kind}s`];
  });
  return `${cases}; they matched ${kinds.join(', ')} (${Math.floor(covered(coverage))} %)`;
}
