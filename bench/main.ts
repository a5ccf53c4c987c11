// `npm run bench [-- --quick] [--only policy,audit,gateway,protocol,console]`: measures, and merges the figures into bench/results/latest.json.
// Absolute figures differ from machine to machine; the ratios to the reference measured in the same run travel better.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { benchAudit } from './audit.ts';
import { benchConsole } from './console.ts';
import { benchGateway } from './gateway.ts';
import { benchPolicy } from './policy.ts';
import { benchProtocol } from './protocol.ts';

const suites = {
  policy: benchPolicy,
  audit: benchAudit,
  gateway: benchGateway,
  protocol: benchProtocol,
  console: benchConsole,
} as const;

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } },
});
const only = values.only?.split(',') ?? Object.keys(suites);
const unknown = only.filter((name) => !(name in suites));
if (unknown.length > 0) {
  process.stderr.write(
    `there is no suite \`${unknown.join('`, `')}\`: choose from ${Object.keys(suites).join(', ')}\n`,
  );
  process.exit(2);
}

const file = new URL('results/latest.json', import.meta.url);
const results = await earlier();
const tell = (text: string) => void process.stderr.write(`${text}\n`);
for (const name of only) {
  tell(`— ${name}`);
  results[name] = await suites[name as keyof typeof suites]({ quick: values.quick, tell });
  results['machine'] = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version };
  await mkdir(new URL('.', file), { recursive: true });
  await writeFile(file, `${JSON.stringify(results, null, 2)}\n`);
}
process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);

async function earlier(): Promise<Record<string, unknown>> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  } catch {
    return {};
  }
}
