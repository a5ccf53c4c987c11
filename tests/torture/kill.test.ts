// After any number of kills: no effect without a decision, no answer without an outcome, exactly one `call.unknown` for each
// call that was open, nothing executed twice, and a log that verifies (DESIGN section 5; audit-log.md 6.2, B1).
import { availableParallelism } from 'node:os';
import { afterEach, expect, test } from 'vitest';
import { startWorld, type World } from '../e2e/world.ts';
import { type BrokenBuild, breakBuild, type Mistake } from './broken-build.ts';
import { howMuch } from './how-much.ts';
import { type Findings, killAgainAndAgain } from './kill-cycles.ts';

const CYCLES = howMuch(200, 2_000);
/** Logs that are tortured side by side: on a busy machine moments are more random, and all of it takes less long. */
const WORLDS = howMuch(1, Math.max(2, availableParallelism()));
/** A mistake shows within so many. */
const CONTROL_CYCLES = 15;
const CLI = 'apps/gateway/src/cli/main.ts';

let worlds: World[] = [];
let build: BrokenBuild | null = null;
afterEach(async () => {
  await Promise.all(worlds.map((world) => world.close()));
  build?.remove();
  [worlds, build] = [[], null];
});

async function newWorld(options: { readonly program?: string } = {}): Promise<World> {
  const world = await startWorld({ latencyMs: 3, ...options });
  worlds.push(world);
  return world;
}

test(`after each of ${CYCLES} kills the record is whole`, { timeout: CYCLES * 10_000 }, async () => {
  const cycles = Math.ceil(CYCLES / WORLDS);
  const killed = async () => killAgainAndAgain(await newWorld(), { cycles, onCycle });
  for (const found of await Promise.all(Array.from({ length: WORLDS }, killed))) {
    const { verified, completed, unknown, ...wrong } = found;
    expect(wrong).toEqual({ unrecorded: [], repeated: [], unsettled: [], endless: [] });
    // A run in which nothing was ever caught in flight would show nothing.
    expect(unknown).toBeGreaterThan(0);
    expect(completed).toBeGreaterThan(cycles);
    expect(verified.code, verified.stdout).toBe(0);
  }
});

let kills = 0;

/** Two thousand take the better part of an hour. */
function onCycle(): void {
  kills += 1;
  if (kills % 100 === 0) process.stderr.write(`killed ${kills} of ${CYCLES} times\n`);
}

const PIPELINE = 'apps/gateway/src/pipeline';

test.each<[string, keyof Findings, Mistake[]]>([
  [
    'forwards before the decision is on record',
    'unrecorded',
    [
      {
        file: `${PIPELINE}/record.ts`,
        right: 'const result = await deps.meters.commit(request, call.verdict.reservation);',
        wrong: `const result = { ok: true, receipts: [{ index: 0, leaf: ''.padEnd(64, '0'), time: 0 }] };
          setTimeout(() => void deps.meters.commit(request, call.verdict.reservation), 50);`,
      },
    ],
  ],
  [
    'answers before the outcome is on record',
    'unsettled',
    [
      {
        file: `${PIPELINE}/settle.ts`,
        right: 'const result = await deps.meters.commitReturning(counted, (back) => ({',
        wrong: `const result = { ok: true, receipts: [{ index: 0, leaf: ''.padEnd(64, '0'), time: 0 }] };
          setTimeout(() => void deps.meters.commitReturning(counted, (back) => ({`,
      },
      {
        file: `${PIPELINE}/settle.ts`,
        right: '  }));\n  if (result.ok) return',
        wrong: '  })), 50);\n  if (result.ok) return',
      },
    ],
  ],
  [
    'forgets after a crash what was open',
    'endless',
    [
      {
        file: 'apps/gateway/src/store/recovery.ts',
        right: 'const open = await store.readers.calls.open();',
        wrong: 'const open = [];',
      },
    ],
  ],
])('a build that %s is caught', { timeout: 300_000 }, async (_, finding, mistakes) => {
  build = breakBuild(mistakes);
  const program = build.path(CLI);
  const world = await newWorld({ program });
  const findings = await killAgainAndAgain(world, { cycles: CONTROL_CYCLES, program });
  expect(findings[finding]).not.toEqual([]);
});
