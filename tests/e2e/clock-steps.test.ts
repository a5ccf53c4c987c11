// Somebody sets the clock of the machine on which a gateway runs: the log says so, by how much and which way, keeps its order,
// and still verifies (issue 4 item 1: clock steps).
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogReport } from '@countersign/audit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { entriesOf } from './entries.ts';
import { callAs } from './modern-call.ts';
import { SOON } from './soon.ts';
import { startWorld, type World } from './world.ts';

const MINUTE_US = 60_000_000;
/** By how much clocks may disagree before that is a step: so much less or more may be in one. */
const STEP_US = 1_000_000;

let folder: string;
let world: World;

/** Whole, since the gateway reads it at every look at the clock. */
function setClockAhead(ms: number): void {
  writeFileSync(join(folder, 'next'), String(ms));
  renameSync(join(folder, 'next'), join(folder, 'ahead'));
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-clock-'));
  setClockAhead(0);
  const preload = new URL('./settable-clock.ts', import.meta.url).href;
  const env = { NODE_OPTIONS: `--import ${preload}`, CLOCK_AHEAD_FILE: join(folder, 'ahead') };
  world = await startWorld({ env });
});
afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

const echo = (text: string) => callAs(world, 'worker', 'fixture', 'echo', { text });

async function stepsOnce(count: number) {
  await vi.waitUntil(async () => (await entriesOf(world.gateway, 'clock.stepped')).length >= count, SOON);
  return entriesOf(world.gateway, 'clock.stepped');
}

test('a gateway whose clock is set ahead and back again records both steps, and its log keeps its order and verifies', async () => {
  await echo('before');
  expect(await entriesOf(world.gateway, 'clock.stepped')).toEqual([]);
  setClockAhead(60_000);
  await stepsOnce(1);
  await echo('a minute ahead');
  setClockAhead(0);
  const steps = await stepsOnce(2);
  await echo('and back');

  expect(steps.map(({ body }) => body['direction'])).toEqual(['forward', 'backward']);
  for (const { body } of steps) expect(Math.abs(Number(body['byUs']) - MINUTE_US)).toBeLessThan(STEP_US);
  const decided = await entriesOf(world.gateway, 'call.decided');
  const [before = 0, ahead = 0, back = 0] = decided.map(({ time }) => time);
  expect(ahead - before).toBeGreaterThan(MINUTE_US - STEP_US);
  // A minute behind that by then: the time of the log stands still until the clock has caught up.
  expect(back).toBeGreaterThanOrEqual(ahead);

  const { code, stdout, stderr } = await world.gateway.cli('verify', '--json');
  expect([code, stderr]).toEqual([0, '']);
  expect((JSON.parse(stdout) as LogReport).firstFailure).toBeNull();
});
