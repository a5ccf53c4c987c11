// `npm run conformance [-- --check|--shrink]`: the official MCP conformance suite, direct and through a gateway, check by check, and the
// operations of A2A with the official client. Fails when something differs that the lists in testdata/conformance do not
// name, and when something that they name differs no more. Writes the generated parts of docs/conformance.md; with `--check` it fails instead where that is not what it found. With `--shrink` it takes out
// of the list what differs no more; nothing puts anything into it.
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

import {
  type A2aDiffers,
  a2aProblemsOf,
  a2aShrunk,
  type Comparison,
  type NotYet,
  problemsOf,
  proveA2a,
  proveClient,
  proveServer,
  renderA2a,
  renderConformance,
  shrunk,
  withGenerated,
} from '@countersign/testkit';

const LIST = new URL('../testdata/conformance/not-yet.json', import.meta.url);
const A2A_LIST = new URL('../testdata/conformance/a2a-differs.json', import.meta.url);
const DOCUMENT = new URL('../docs/conformance.md', import.meta.url);

const { values } = parseArgs({
  options: { check: { type: 'boolean', default: false }, shrink: { type: 'boolean', default: false } },
});
const started = performance.now();
const comparisons: readonly Comparison[] = [...(await proveServer()), ...(await proveClient())];
const findings = await proveA2a();
let notYet = JSON.parse(await readFile(LIST, 'utf8')) as NotYet;
let differs = JSON.parse(await readFile(A2A_LIST, 'utf8')) as A2aDiffers;
if (values.shrink) {
  notYet = shrunk(comparisons, notYet);
  await writeFile(LIST, `${JSON.stringify(notYet, undefined, 2)}\n`);
  differs = a2aShrunk(findings, differs);
  await writeFile(A2A_LIST, `${JSON.stringify(differs, undefined, 2)}\n`);
}
const problems = [...problemsOf(comparisons, notYet), ...a2aProblemsOf(findings, differs)];

const reports = { mcp: renderConformance(comparisons, notYet), a2a: renderA2a(findings, differs) };
const document = await readFile(DOCUMENT, 'utf8');
let next = document;
for (const [part, report] of Object.entries(reports)) {
  process.stdout.write(`${report}\n\n`);
  next = withGenerated(next, part, report);
}
if (next !== document) {
  if (values.check) problems.push('docs/conformance.md tells something else: run `npm run conformance`');
  else await writeFile(DOCUMENT, next);
}

for (const problem of problems) process.stdout.write(`${problem}\n`);
const seconds = Math.round((performance.now() - started) / 1000);
process.stdout.write(`${problems.length === 0 ? 'as expected' : 'NOT as expected'}, in ${seconds} s\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
