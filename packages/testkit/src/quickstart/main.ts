// `npm start [-- --exit] [--json]`: runs real agents through a fresh gateway and stays, with one payment held for you.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { invite } from './invitation.ts';
import { narratorOn } from './narrate.ts';
import { runScenario, type Tally, tally } from './scenario.ts';
import { startWorld, type World } from './world.ts';

const { exit, json } = options();
// With --json, standard output holds the one object and nothing else.
const output = json ? process.stderr : process.stdout;
const progress = (doing: string): void => {
  output.write(`… ${doing}\n`);
};

const folder = await mkdtemp(join(tmpdir(), 'countersign-quickstart-'));
let world: World | undefined;
const leave = new AbortController();
const left = new Promise<void>((resolve) => {
  leave.signal.addEventListener('abort', () => resolve(), { once: true });
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => leave.abort());

try {
  await Promise.race([play(), left]);
} catch (error) {
  process.stderr.write(`the quickstart failed: ${error instanceof Error ? error.message : String(error)}\n`);
  const said = world?.gateway.stderr().slice(-4096) ?? '';
  if (said !== '') process.stderr.write(`the gateway's stderr ends:\n${said}\n`);
  process.exitCode = 1;
}
await world?.stop();
// Kept otherwise: the log of what you did is yours.
if (exit) await rm(folder, { recursive: true, force: true });
else output.write(`All state is in ${folder}\n`);
// What was interrupted while it started is still under way; leaving ends its processes.
process.exit();

async function play(): Promise<void> {
  world = await startWorld(folder, progress);
  const stage = await runScenario(world, narratorOn(output));
  progress('verifying the log');
  const counts = await tally(world);
  report(counts);
  if (!counts.verified) process.exitCode = 1;
  if (!exit) await invite(stage, output, leave.signal);
}

function report(counts: Tally): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(counts)}\n`);
    return;
  }
  const { entries, verified, ...calls } = counts;
  const parts = Object.entries(calls).map(([name, count]) => `${count} ${name}`);
  output.write(
    `\n${parts.join(', ')}. The log of ${entries} entries ${verified ? 'verifies' : 'DOES NOT VERIFY'}.\n`,
  );
}

function options(): { exit: boolean; json: boolean } {
  try {
    const { values } = parseArgs({ options: { exit: { type: 'boolean' }, json: { type: 'boolean' } } });
    return { exit: values.exit === true, json: values.json === true };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\nusage: npm start [-- --exit] [--json]\n`);
    process.exit(2);
  }
}
