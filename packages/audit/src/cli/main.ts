#!/usr/bin/env node
// `countersign-verify`: verifies a proof bundle with nothing but Node. The same code as the gateway's own `countersign
// verify`, without the engine that makes decisions again: those are reported as not replayed.

import { createReadStream, existsSync, readFileSync, realpathSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { verifyBundle } from '../bundle/verify.ts';
import { parseTrust } from '../trust/parse.ts';
import { reportLines } from './report.ts';

const USAGE = `countersign-verify <bundle> [options]

Verifies a proof bundle of an audit log, offline, and says what it does not prove.

  --trust <file>       whom you trust, as a C2SP tlog-policy; never from whoever made the bundle
  --checkpoint <file>  a checkpoint of the log that you hold; may be repeated
  --require-witness    fail where no quorum of witnesses is asked for and met
  --json               print the report as JSON
  -h, --help           show this help

Exit code: 0 nothing that was checked failed, 1 something did, 2 it could not run.`;

const OPTIONS = {
  trust: { type: 'string' },
  checkpoint: { type: 'string', multiple: true },
  'require-witness': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

class Stop extends Error {}

async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parsed(argv);
  if (values.help === true) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const [bundle, ...more] = positionals;
  if (bundle === undefined || more.length > 0) throw new Stop('name one bundle; see --help');
  if (!existsSync(bundle)) throw new Stop(`\`${bundle}\` is not there`);
  const report = await verifyBundle(createReadStream(bundle), {
    trust: values.trust === undefined ? undefined : await trustIn(values.trust, bundle),
    external: (values.checkpoint ?? []).map((file) => read(file, 'a checkpoint')),
    requireWitness: values['require-witness'] ?? false,
  });
  const lines = values.json === true ? [JSON.stringify(report)] : reportLines(report);
  process.stdout.write(`${lines.join('\n')}\n`);
  return report.verdict === 'consistent' ? 0 : 1;
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    throw new Stop(`${error instanceof Error ? error.message : String(error)}; see --help`);
  }
}

async function trustIn(file: string, bundle: string) {
  const text = read(file, 'a trust policy');
  if (realpathSync(file) === realpathSync(bundle))
    throw new Stop(`\`${file}\` is the bundle itself: whoever made it made that, too`);
  const trust = await parseTrust(text);
  if (!trust.ok) throw new Stop(`\`${file}\`: ${trust.error.message}`);
  return trust.value;
}

function read(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new Stop(`\`${file}\` cannot be read: name a file that holds ${what}`);
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
