// What a change of the registry would have done to calls that lie in archives is what it would have done before they were moved
// there, or nothing is said at all.
import { renameSync } from 'node:fs';
import { type EntryDraft, parseEntry } from '@countersign/audit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { archive } from '../../archive/testing-commands.ts';
import { type ArchiveLog, commit, createArchiveLog, publish } from '../../archive/testing-log.ts';
import { registryLines } from '../../cli/effects.ts';
import { createRehearsals } from '../../rehearsal/thread.ts';
import { completed } from '../../store/testing-drafts.ts';
import type { Store } from '../../store/store.ts';
import { effectOf } from './effect.ts';
import { replayRegistry, type RegistryReplayed, type RegistryReplayJob } from './replay-registry.ts';
import { agent, openReviewedRegistry, parsed } from './testing/reviewed-registry.ts';

const CUT = 256;
const CALLS = 300;

let log: ArchiveLog;
let job: RegistryReplayJob;
/** The change as it is shown to those who review it. */
let shown: () => Promise<unknown>;
let before: RegistryReplayed;

beforeAll(async () => {
  log = await createArchiveLog();
  const registry = await openReviewedRegistry({ store: await log.open(), dataDir: log.dataDir });
  await registry.recordPayments(CALLS);
  const invoice = registry.registry.current().agents.get('invoice');
  if (invoice === undefined) throw new Error('no agent invoice');
  job = {
    ...registry.job,
    before: { agents: [invoice], users: [], servers: [] },
    after: { agents: [{ ...invoice, risk: 3 }], users: [], servers: [] },
  };
  const current = registry.registry.objects();
  const manifests = parsed(agent('invoice', ', risk: high'));
  const plan = registry.registry.preview({ manifests }, { via: 'api', user: null });
  if (!plan.ok) throw new Error('the change does not apply');
  shown = () =>
    effectOf(current, plan.value, (as, would) => replayRegistry({ ...job, before: as, after: would }));
  before = await replayRegistry(job);
  await end(registry.store);
  await publish(registry.store);
  await registry.close();
  const { code, err } = await archive(log, '--before', String(CUT));
  if (code !== 0) throw new Error(err);
}, 120_000);
afterAll(() => log.remove());

/** Only what is over is archived. */
async function end(store: Store): Promise<void> {
  const entries: EntryDraft[] = [];
  for await (const { index, header } of store.readers.log.entries(0)) {
    const entry = parseEntry(header);
    if (!entry.ok || entry.value.kind !== 'call.decided') continue;
    const { call, chain, agent: by } = entry.value;
    if (call !== null && chain !== null && by !== null)
      entries.push(completed({ call, chain: chain.id, agent: by }, index));
  }
  await commit(store, { entries });
}

const replayed = (said: RegistryReplayed) => {
  if (!said.ok) throw new Error(said.message);
  return said.replay;
};

async function whileAway(work: () => Promise<void>): Promise<void> {
  renameSync(log.target, `${log.target}-away`);
  try {
    await work();
  } finally {
    renameSync(`${log.target}-away`, log.target);
  }
}

describe('what a change of the registry would have done', () => {
  test('is told of archived calls as it was before they were archived, and how much of it lay in archives', async () => {
    const { covered: then, ...was } = replayed(before);
    const { covered: now, ...is } = replayed(await replayRegistry(job));
    expect(was).toMatchObject({ lookedAt: CALLS, decisions: CALLS / 2, changed: CALLS / 2, isCut: false });
    expect(is).toEqual(was);
    expect(then).toMatchObject({ archived: 0, left: 0 });
    expect(now).toMatchObject({ since: then.since, left: 0 });
    // All but those before the first call.
    expect([now.archived, now.entries - now.archived].every((entries) => entries > 40)).toBe(true);
  });

  test('says to reviewers what it looked at', async () => {
    const effect = await shown();
    expect(effect).toMatchObject({
      notReplayed: null,
      replay: { covered: { since: expect.stringMatching(/^20\d\d-.+Z$/), left: 0 } },
    });
    expect(registryLines(effect, true)?.at(-1)).toMatch(
      /^looked at \d+ entries, recorded from .+ on, 2\d\d of them in archives$/,
    );
  });

  test('needs no archive for calls that are all left in the log', async () => {
    await whileAway(async () => {
      expect(replayed(await replayRegistry({ ...job, last: 20 }))).toMatchObject({
        lookedAt: 20,
        changed: 10,
        covered: { archived: 0 },
      });
    });
  });

  test('is not told in part: without an archive that it needs nothing is decided again, in a thread as here', async () => {
    await whileAway(async () => {
      const refused = await replayRegistry(job);
      expect(refused).toEqual({
        ok: false,
        message: expect.stringMatching(
          /^what is asked for reaches into an archive that cannot be looked into, so nothing was decided again: .*cannot be read.*; put it back there as it was, and propose it again$/,
        ) as string,
      });
      const rehearsals = createRehearsals();
      expect(await rehearsals.registry(job)).toEqual(refused);
      await rehearsals.close();
      const lines = registryLines(await shown(), true) ?? [];
      expect(lines.at(-1)).toMatch(/^no recorded call was decided again: .*put it back there as it was/);
    });
  });

  test('of which time ran out says how much was left', async () => {
    const { covered, ...replay } = replayed(await replayRegistry({ ...job, budgetMs: -1 }));
    expect(replay).toMatchObject({ lookedAt: 0, isCut: true });
    expect(covered.left).toBe(covered.entries);
    expect(covered.left).toBeGreaterThan(CALLS);
  });
});
