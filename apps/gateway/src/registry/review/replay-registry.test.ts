import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRehearsals } from '../../rehearsal/thread.ts';
import { source } from '../../rehearsal/testing/decided-calls.ts';
import { replayRegistry } from './replay-registry.ts';
import {
  agent,
  openReviewedRegistry,
  person,
  POLICY,
  type ReviewedRegistry,
  server,
} from './testing/reviewed-registry.ts';

let t: ReviewedRegistry;
beforeEach(async () => {
  t = await openReviewedRegistry();
});
afterEach(() => t.close());

async function effect(...yaml: readonly string[]) {
  const { change } = await t.submit(...yaml);
  return change?.effect as { readonly replay: unknown; readonly notReplayed: string | null };
}
const RISKY = agent('invoice', ', risk: high');

describe('what a change would have done to recorded calls', () => {
  it('is told by agent and tool, and counts all that were looked at', async () => {
    await t.recordPayments(10);
    const { replay } = await effect(RISKY);
    expect(replay).toMatchObject({
      lookedAt: 10,
      decisions: 5,
      unchanged: 0,
      changed: 5,
      notReplayed: {},
      isCut: false,
      groups: [{ agent: 'invoice', target: 'payments/pay', from: 'allow', to: 'deny', count: 5 }],
    });
    const [example] = (replay as { groups: { examples: unknown[] }[] }).groups[0]?.examples ?? [];
    expect(example).toMatchObject({
      from: { outcome: 'allow', sentence: expect.stringContaining('permitted by policy open') as string },
      to: { outcome: 'deny', reason: 'forbidden', policies: ['no-high-risk'] },
    });
  });

  it('is nothing where no policy minds', async () => {
    await t.recordPayments(4);
    expect((await effect(agent('invoice', ', risk: medium'))).replay).toMatchObject({
      decisions: 2,
      unchanged: 2,
      changed: 0,
      groups: [],
    });
  });

  it('is seen through what an agent belongs to: its owner, the tools of its servers', async () => {
    await t.recordPayments(4);
    expect((await effect(server(', tools: {pay: {openWorld: true}}'))).replay).toMatchObject({
      decisions: 4,
      changed: 4,
      groups: [
        { agent: 'invoice', to: 'deny', count: 2 },
        { agent: 'other', to: 'deny', count: 2 },
      ],
    });
    const elsewhere = await effect(person('olive').replace('groups: [owners]', 'groups: []'));
    expect(elsewhere.replay).toMatchObject({ decisions: 4, changed: 4 });
  });

  it('is only what the change does: what policy made of a call since is not counted', async () => {
    await t.recordPayments(4);
    t.job = { ...t.job, sources: source(`${POLICY}@id("closed") forbid (principal, action, resource);`) };
    expect((await effect(RISKY)).replay).toMatchObject({ decisions: 2, unchanged: 2, changed: 0 });
  });

  it('looks no further back than it is asked to, and no longer than it may', async () => {
    await t.recordPayments(10);
    t.job = { ...t.job, last: 4 };
    expect((await effect(RISKY)).replay).toMatchObject({ lookedAt: 4, isCut: false });
    t.job = { ...t.job, budgetMs: -1 };
    expect((await effect(agent('other', ', risk: high'))).replay).toMatchObject({
      lookedAt: 0,
      isCut: true,
    });
  });

  it('is not asked for where policies read nothing of what changes', async () => {
    await t.recordPayments(2);
    expect(await effect(server(', tools: {pay: {openWorld: false}}, mask: [result.a]'))).toMatchObject({
      replay: null,
      notReplayed: 'it changes nothing that policies read',
    });
  });

  it('is said to be unknown where the set in force does not fit', async () => {
    t.job = {
      ...t.job,
      sources: source('@id("x") permit (principal, action == Action::"gone/tool", resource);'),
    };
    expect(await effect(RISKY)).toMatchObject({
      replay: null,
      notReplayed: expect.stringContaining('does not fit') as string,
    });
  });
});

it('runs in a thread as it does here', async () => {
  await t.recordPayments(6);
  const agents = [t.registry.current().agents.get('invoice')].filter((known) => known !== undefined);
  const job = {
    ...t.job,
    before: { agents, users: [], servers: [...t.registry.current().servers.values()] },
    after: { agents: agents.map((known) => ({ ...known, risk: 3 as const })), users: [], servers: [] },
  };
  const rehearsals = createRehearsals();
  const here = await replayRegistry(job);
  expect(here).toMatchObject({ ok: true, replay: { changed: 3 } });
  expect(await rehearsals.registry(job)).toEqual(here);
  await rehearsals.close();
});
