import { newId } from '@countersign/audit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CallTallies, Overview } from '../../client.ts';
import { type AdminUnderTest, startAdmin } from '../../testing/admin-under-test.ts';
import { recordCall, recordOutcome, recordPolicySet } from '../../testing/recorded-calls.ts';

describe('GET /overview and /calls/tallies', () => {
  let admin: AdminUnderTest;
  beforeAll(async () => {
    admin = await startAdmin();
    await recordPolicySet(admin.store);
    await recordOutcome(admin.store, await recordCall(admin.store, { tool: 'pay' }));
    await recordOutcome(admin.store, await recordCall(admin.store, { tool: 'pay' }));
    await recordCall(admin.store, { tool: 'list', policy: 'lists' });
    await recordCall(admin.store, { agent: 'planner', decision: 'deny', policy: 'no-planners' });
    await recordCall(admin.store, { agent: 'planner', decision: 'deny', reason: 'unregistered' });
    await recordCall(admin.store, { decision: 'hold', approval: newId('apr'), policy: 'large' });
  });
  afterAll(() => admin.close());

  const ask = async <T>(path: string): Promise<T> => {
    const response = await admin.request(`/api/v1${path}`, { token: admin.adminToken });
    expect(response.status).toBe(200);
    return (await response.json()) as T;
  };

  it('says what happened lately, who did it, and how the log stands', async () => {
    const overview = await ask<Overview>('/overview');
    expect(overview.total).toEqual({
      calls: 6,
      ok: 2,
      failed: 0,
      denied: 2,
      held: 1,
      open: 1,
      unknown: 0,
      ended: 0,
      unregistered: 1,
      reviewed: 1,
    });
    expect(overview.top.agents.map(({ value, calls, denied }) => [value, calls, denied])).toEqual([
      ['invoice', 4, 0],
      ['planner', 2, 2],
    ]);
    expect(
      overview.top.tools.slice(0, 2).map(({ upstream, resource, calls }) => [upstream, resource, calls]),
    ).toEqual([
      ['payments', 'pay', 5],
      ['payments', 'list', 1],
    ]);
    expect(overview.top.policies[0]).toMatchObject({ value: 'small-payments', calls: 3 });
    expect(overview.histogram.bucketMs).toBe(30 * 60_000);
    expect(overview.histogram.buckets.reduce((sum, { calls }) => sum + calls, 0)).toBe(6);
    expect(overview.log).toMatchObject({
      origin: 'test.example/log',
      size: overview.asOf,
      fault: null,
      holders: [],
    });
    expect(overview.approvals).toEqual({ pending: 0, isMore: false, nextExpiresAt: null });
  });

  it('counts a stretch of time in which nothing happened as that', async () => {
    const { total, histogram } = await ask<Overview>(
      '/overview?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z',
    );
    expect(total.calls).toBe(0);
    expect(histogram.buckets.every(({ calls }) => calls === 0)).toBe(true);
  });

  it('counts what a search finds over time, and by the facets that were asked for', async () => {
    const tallies = await ask<CallTallies>('/calls/tallies?decision=deny&facets=agent,reason');
    expect(tallies.total).toMatchObject({ calls: 2, denied: 2, unregistered: 1 });
    expect(Object.keys(tallies.facets).sort()).toEqual(['agent', 'reason']);
    expect(tallies.facets['agent']?.values).toMatchObject([{ value: 'planner', calls: 2, denied: 2 }]);
    expect(tallies.histogram?.buckets.reduce((sum, { calls }) => sum + calls, 0)).toBe(2);
  });

  it.each(['/overview?from=2026-01-01T00:00:00Z', '/calls/tallies?facets=agent'])(
    'counts once for all who ask the same while it counts, and nothing that was counted before: %s',
    async (path) => {
      const counts = vi.spyOn(admin.deps.readers.calls, 'tallies');
      const first = ask<Overview | CallTallies>(path);
      await vi.waitFor(() => expect(counts).toHaveBeenCalledTimes(1));
      await recordCall(admin.store);
      const others = Array.from({ length: 20 }, () => ask<Overview | CallTallies>(path));
      const { calls } = (await first).total;
      const all = (await Promise.all(others)).map(({ total }) => total.calls);
      expect(counts.mock.calls.length).toBeLessThanOrEqual(3);
      for (const count of all) expect(count).toBeGreaterThanOrEqual(calls);
      expect(all.at(-1)).toBe((await ask<CallTallies>('/calls/tallies')).total.calls);
      counts.mockRestore();
    },
  );

  it('has no histogram of nothing', async () => {
    expect(await ask<CallTallies>('/calls/tallies?agent=nobody&facets=team')).toMatchObject({
      total: { calls: 0 },
      facets: { team: { distinct: 0, values: [] } },
    });
  });

  it.each([
    '/overview?agent=x',
    '/overview?from=yesterday',
    '/calls/tallies?facets=text',
    '/calls/tallies?buckets=1',
  ])('refuses %s', async (path) => {
    const response = await admin.request(`/api/v1${path}`, { token: admin.adminToken });
    expect(response.status).toBe(400);
  });
  it('is closed without a token', async () => {
    expect((await admin.request('/api/v1/overview')).status).toBe(401);
  });
});
