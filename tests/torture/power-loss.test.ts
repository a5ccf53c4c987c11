// The power fails at any moment: of what was written since the last sync, none, all, the first part or any part is on the
// disk. Whatever was acknowledged must be there. A build that does not sync each commit must be caught.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestFolder, type TestFolder } from '../../apps/gateway/src/store/sqlite/testing/folder.ts';
import { breakBuild } from './broken-build.ts';
import { howMuch } from './how-much.ts';
import { cutAt, type Disk, type Survival, toldBefore } from './power-cut.ts';
import { keptIn } from './promises.ts';
import { type Event, eventsIn, recording } from './recorded-disk.ts';
import { filesIn, requireTracer } from './tracer.ts';
import { runWriter, WRITER_FILE } from './writer.ts';

const CALLS = 40;
const MOMENTS = howMuch(20, 420);
/** Each moment is a start of the log. */
const PATIENCE = { timeout: Math.max(180_000, MOMENTS * 3_000) };

/** What of the changes that no sync covers is on the disk. */
const SURVIVALS: Readonly<Record<string, Survival>> = {
  'none of it': () => 0,
  'all of it': () => 1,
  'the first half': (_, at, count) => Number(at < count / 2),
  'any part': () => Number(Math.random() < 0.5),
  'torn sectors of any part': () => (Math.random() < 0.3 ? Math.random() : Number(Math.random() < 0.5)),
};

interface Recorded {
  readonly folder: TestFolder;
  readonly start: Disk;
  readonly events: readonly Event[];
}

let scratch: string;
beforeAll(() => {
  requireTracer();
  scratch = mkdtempSync(join(tmpdir(), 'countersign-power-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Runs the writer on a log that was opened before, and writes down all that it does. */
async function record(name: string, program?: string): Promise<Recorded> {
  const folder = await createTestFolder(join(scratch, name));
  await (await folder.open()).close();
  const start = diskOf(folder.dataDir);
  const output = join(scratch, `${name}.txt`);
  const run = await runWriter({
    folder,
    calls: CALLS,
    under: recording(output),
    ...(program && { program }),
  });
  expect(run, run.stderr).toMatchObject({ code: 0 });
  return { folder, start, events: eventsIn(output, folder.dataDir) };
}

function diskOf(folder: string): Disk {
  const files = filesIn(folder).filter((path) => statSync(path).isFile());
  return new Map(files.map((path) => [path, readFileSync(path)]));
}

/** Moments spread over a run, and those right after something was acknowledged, which are the ones that matter. */
function momentsIn(events: readonly Event[]): number[] {
  const told = events.flatMap((event, at) => (event.does === 'tell' ? [at + 1] : []));
  const spread = Array.from({ length: MOMENTS }, (_, at) => Math.floor((at * events.length) / MOMENTS));
  const after = Array.from(
    { length: MOMENTS },
    (_, at) => told[Math.floor((at * told.length) / MOMENTS)] ?? 0,
  );
  return [...spread.filter((_, at) => at % 2 === 0), ...after.filter((_, at) => at % 2 === 1)];
}

/** Puts a disk in the place of the one that was recorded, since a log names no other. */
async function keptOn(disk: Disk, { folder }: Recorded, moment: number, events: readonly Event[]) {
  rmSync(folder.dataDir, { recursive: true, force: true });
  mkdirSync(folder.dataDir, { recursive: true });
  for (const [path, bytes] of disk) {
    // Shared memory is not on the disk.
    if (path.endsWith('-shm')) continue;
    mkdirSync(dirname(path), { recursive: true });
    // Keys that others can read are refused.
    writeFileSync(path, bytes, { mode: 0o600 });
  }
  return keptIn(folder, toldBefore(events, moment));
}

describe('a log whose power was cut', () => {
  let recorded: Recorded;
  beforeAll(async () => {
    recorded = await record('right');
  });

  test('was recorded whole: with nothing lost it is what the process left', async () => {
    const { start, events, folder } = recorded;
    expect(toldBefore(events, events.length)).toHaveLength(2 * CALLS);
    const left = diskOf(folder.dataDir);
    const made = cutAt(start, events, events.length, () => 1);
    const database = join(folder.dataDir, 'countersign.db');
    expect(made.get(database)?.equals(left.get(database) ?? Buffer.alloc(0))).toBe(true);
  });

  test.each(Object.entries(SURVIVALS))(
    'has all that was acknowledged, with %s on the disk',
    PATIENCE,
    async (_, survives) => {
      const { start, events } = recorded;
      for (const moment of momentsIn(events)) {
        const disk = cutAt(start, events, moment, survives);
        const kept = await keptOn(disk, recorded, moment, events);
        expect(kept, `cut before event ${moment} of ${events.length}`).toMatchObject({
          lost: [],
          broken: null,
        });
      }
    },
  );
});

test('a build that does not sync each commit loses what it acknowledged', PATIENCE, async () => {
  const file = 'apps/gateway/src/store/sqlite/open.ts';
  const build = breakBuild([
    { file, right: "db.pragma('synchronous = FULL');", wrong: "db.pragma('synchronous = NORMAL');" },
    { file, right: "requirePragma(db, 'synchronous', FULL);", wrong: '' },
  ]);
  try {
    const recorded = await record('wrong', build.path(WRITER_FILE));
    let lost = 0;
    for (const moment of momentsIn(recorded.events)) {
      const disk = cutAt(recorded.start, recorded.events, moment, () => 0);
      const kept = await keptOn(disk, recorded, moment, recorded.events).catch(() => null);
      if (kept !== null && kept.lost.length > 0) lost += 1;
    }
    expect(lost).toBeGreaterThan(0);
  } finally {
    build.remove();
  }
});
