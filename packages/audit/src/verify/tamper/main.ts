// Runs a table and stops at the first row that does not hold: `node main.ts logs|bundles <runs> [<seed>]`. Exits 0 where all hold, 1 where one
// does not, with the reason on stdout. Stands alone, so that it can be run on a copy of the verifier that has a mistake in it.

import { bundleRowProblem } from './bundle-matrix.ts';
import { BUNDLE_ROWS } from './bundle-table.ts';
import { rowProblem } from './matrix.ts';
import { ROWS } from './table.ts';

const [table, ...numbers] = process.argv.slice(2);
const [runs = 10, seed] = numbers.map(Number);

const problem = await firstProblem();
if (problem !== null) process.stdout.write(`${problem}\n`);
process.exitCode = problem === null ? 0 : 1;

async function firstProblem(): Promise<string | null> {
  for (const row of table === 'bundles' ? [] : ROWS) {
    const problem = await rowProblem(row, runs, seed);
    if (problem !== null) return problem;
  }
  for (const row of table === 'logs' ? [] : BUNDLE_ROWS) {
    const problem = await bundleRowProblem(row, runs, seed);
    if (problem !== null) return problem;
  }
  return null;
}
