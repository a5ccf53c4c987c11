// `npm run torture [-- --quick] [names…]`: kills, faults and power cuts, as many as docs/durability.md says; with `--quick`
// as many as every `npm test` does. Names choose files: `npm run torture -- kill`.
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const files = positionals.length > 0 ? positionals.map((name) => `tests/torture/${name}`) : ['tests/torture'];
const started = performance.now();
const child = spawn('vitest', ['run', '--project', 'e2e', '--reporter=verbose', ...files], {
  stdio: 'inherit',
  env: { ...process.env, TORTURE: values.quick ? 'quick' : 'full' },
});
child.once('error', (error) => {
  process.stderr.write(`${error.message}: run it with \`npm run torture\`\n`);
  process.exitCode = 2;
});
child.once('close', (code) => {
  process.stdout.write(`tortured for ${Math.round((performance.now() - started) / 1000)} s\n`);
  process.exitCode = code === 0 ? 0 : 1;
});
