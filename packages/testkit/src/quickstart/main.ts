// `npm start [-- --exit] [--json]`: runs real agents through a fresh gateway and stays, with one payment held for you.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { invitation } from './invitation.ts';
import { narratorOn } from './narrate.ts';
import { holdForYou } from './payments.ts';
import { runScenario, type Tally, tally } from './scenario.ts';
import { startWorld, type World } from './world.ts';

const { exit, json } = options();
// With --json, standard output holds the one object and nothing else.
const stage = json ? process.stderr : process.stdout;
const progress = (doing: string): void => {
  stage.write(`… ${doing}\n`);
};

const folder = await mkdtemp(join(tmpdir(), 'countersign-quickstart-'));
let world: World | undefined;
const leave = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => leave.abort());

try {
  world = await startWorld(folder, progress);
  const played = await runScenario(world, narratorOn(stage));
  progress('verifying the log');
  const counts = await tally(world);
  report(counts);
  if (!counts.verified) process.exitCode = 1;
  if (!exit) await invitation(played, leave.signal, stage, await holdForYou(played, leave.signal), folder);
} catch (error) {
  if (!leave.signal.aborted) {
    process.stderr.write(
      `the quickstart failed: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    if (world !== undefined)
      process.stderr.write(`the gateway's stderr ends:\n${world.gateway.stderr().slice(-4096)}\n`);
    process.exitCode = 1;
  }
} finally {
  await world?.stop();
  if (exit) await rm(folder, { recursive: true, force: true });
}

function report(counts: Tally): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(counts)}\n`);
    return;
  }
  const { entries, verified, ...calls } = counts;
  const parts = Object.entries(calls).map(([name, count]) => `${count} ${name}`);
  stage.write(
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
