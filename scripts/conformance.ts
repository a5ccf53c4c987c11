// `npm run conformance [-- --check|--shrink]`: the official MCP conformance suite, direct and through a gateway, check by check. Fails when a
// check differs that testdata/conformance/not-yet.json does not name, and when one that it names differs no more. Writes the
// generated part of docs/conformance.md; with `--check` it fails instead where that is not what it found. With `--shrink` it takes out
// of the list what differs no more; nothing puts anything into it.
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

import {
  type Comparison,
  type NotYet,
  problemsOf,
  proveClient,
  proveServer,
  renderConformance,
  shrunk,
  withGenerated,
} from '@countersign/testkit';

const LIST = new URL('../testdata/conformance/not-yet.json', import.meta.url);
const DOCUMENT = new URL('../docs/conformance.md', import.meta.url);

const { values } = parseArgs({
  options: { check: { type: 'boolean', default: false }, shrink: { type: 'boolean', default: false } },
});
const started = performance.now();
const comparisons: readonly Comparison[] = [...(await proveServer()), ...(await proveClient())];
let notYet = JSON.parse(await readFile(LIST, 'utf8')) as NotYet;
if (values.shrink) {
  notYet = shrunk(comparisons, notYet);
  await writeFile(LIST, `${JSON.stringify(notYet, undefined, 2)}\n`);
}
const problems = problemsOf(comparisons, notYet);

const report = renderConformance(comparisons, notYet);
process.stdout.write(`${report}\n\n`);
const document = await readFile(DOCUMENT, 'utf8');
const next = withGenerated(document, 'mcp', report);
if (next !== document) {
  if (values.check) problems.push('docs/conformance.md tells something else: run `npm run conformance`');
  else await writeFile(DOCUMENT, next);
}

for (const problem of problems) process.stdout.write(`${problem}\n`);
const seconds = Math.round((performance.now() - started) / 1000);
process.stdout.write(`${problems.length === 0 ? 'as expected' : 'NOT as expected'}, in ${seconds} s\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
