// `countersign policy test`: runs files of cases against a folder of policies, by the engine that decides live calls.
import { resolve } from 'node:path';
import { type CaseReport, type PolicyCase, runCases } from '@countersign/policy';
import { sha256Hex } from '../../policies/sha256.ts';
import { casesAt } from '../case-files.ts';
import { caseLines, coverageLines, covered, isRefused, summaryLine } from '../cases.ts';
import { defineCommand } from '../command.ts';
import { usageError } from '../exit.ts';
import { readSources } from '../policy-folder.ts';
import { readStoredPolicy } from '../stored-policy.ts';

export const policyTest = defineCommand({
  summary:
    'Run cases against a folder of policies; says what each wanted and got, and which policies none tried',
  takes: ['[folder]'],
  options: {
    cases: {
      type: 'string',
      value: 'path',
      help: 'folder, file or pattern of cases (default <folder>/cases)',
    },
    with: {
      type: 'string',
      multiple: true,
      value: 'folder',
      help: 'the policies of this folder, too; may be repeated',
    },
    'min-coverage': { type: 'string', value: 'percent', help: 'fail when cases match fewer of the policies' },
    coverage: { type: 'boolean', help: 'list all policies, also those that were matched' },
    data: {
      type: 'string',
      value: 'folder',
      help: 'type cases without a catalogue by this data folder’s tools',
    },
  },
  async run({ values, args: [folder = '.'], terminal }) {
    const least = percentOf(values['min-coverage'] ?? '0');
    const folders = [folder, ...(values.with ?? [])];
    const sources = (await Promise.all(folders.map((one) => readSources(one, terminal)))).flat();
    const cases = await casesAt(values.cases ?? `${folder.replace(/\/+$/, '')}/cases`, terminal);
    const registered =
      values.data === undefined
        ? {}
        : { registered: (await readStoredPolicy(resolve(terminal.cwd, values.data))).input };
    const report = runCases(cases, {
      sources,
      sha256Hex,
      ...registered,
      onProgress: (done) => {
        if (terminal.isInteractive) terminal.progress(`ran ${done} of ${cases.length} cases`);
      },
    });
    if (terminal.isInteractive) terminal.progress('');
    const isCovered = covered(report.coverage) >= least;
    const code = report.ok && isCovered ? 0 : 1;
    if (values.json === true) {
      terminal.out(JSON.stringify({ ...report, covered: covered(report.coverage) }));
      return code;
    }
    const options = { isColoured: terminal.isInteractive, isWhole: values.coverage === true };
    for (const line of caseLines(report)) terminal.out(line);
    for (const line of coverageLines(report.coverage, options)) terminal.out(line);
    terminal.out(summaryLine(report));
    if (values.data === undefined && isUntyped(cases, report)) terminal.err(UNTYPED);
    if (!isCovered) terminal.out(`that is less than the ${least} % that are asked for`);
    return code;
  },
});

const UNTYPED =
  'cases without a `catalogue` know one tool, `crm/get_customer`, and no group and no team: declare one in the file, or give `--data <folder>`';

/** Whether a set was refused that knew of nothing registered: most likely that is why. */
function isUntyped(cases: readonly PolicyCase[], { results }: CaseReport): boolean {
  return results.some((result, at) => isRefused(result) && cases[at]?.catalogue === null);
}

function percentOf(text: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) <= 100) return Number(text);
  throw usageError(`\`--min-coverage\` is \`${text}\`: give a whole number from 0 to 100`);
}
