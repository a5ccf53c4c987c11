import { setImmediate as nextTurn } from 'node:timers/promises';
import { newId } from '@countersign/audit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AdminUnderTest, startAdmin } from '../admin/testing/admin-under-test.ts';
import { questionsOf } from './questions.ts';

let admin: AdminUnderTest;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin.close());

test('of however many agents is asked, calls pass in between', async () => {
  const registry = admin.deps.registry.current();
  const [agent] = registry.agents.values();
  if (agent === undefined) throw new Error('there is no agent');
  const many = Array.from({ length: 2_000 }, (_, at) => ({ ...agent, name: `a${at}`, uid: newId('agt') }));
  const agents = new Map(many.map((each) => [each.name, each]));
  const exposure = (holders: readonly string[], at: number) =>
    admin.store.readers.exposure.exposure(holders, at);
  const counting = { turns: 0, isOver: false };
  const counted = (async () => {
    for (; !counting.isOver; counting.turns += 1) await nextTurn();
  })();
  const { callers } = await questionsOf({
    registry: { current: () => ({ ...registry, agents }) },
    items: () => [],
    exposure,
    now: Date.now,
  });
  counting.isOver = true;
  await counted;
  expect(callers).toHaveLength(2_000);
  expect(counting.turns).toBeGreaterThan(20);
});
