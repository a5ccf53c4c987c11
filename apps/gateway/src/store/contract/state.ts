// How state must be kept and found: approvals, tasks, contexts, registry, policies, tokens.
import { newId } from '@countersign/audit';
import { describe, expect, it } from 'vitest';
import { approvalRow, newCall } from '../testing-drafts.ts';
import { type StoreHarness, underTest } from './harness.ts';

export function describeState(createHarness: () => Promise<StoreHarness>): void {
  describe('state', () => {
    const t = underTest(createHarness);

    it('keeps one live approval per binding, and finds it, the overdue and the pending ones', async () => {
      const ids = newCall();
      const [one, two] = [newId('apr'), newId('apr')];
      await t.commit({ changes: [{ insert: 'approvals', row: approvalRow(ids, one, { binding: 'b' }) }] });
      const twin = {
        insert: 'approvals',
        row: approvalRow(ids, two, { binding: 'b', requested_at: 1001 }),
      } as const;
      expect(await t.store.commit({ entries: [], changes: [twin] })).toMatchObject({ code: 'conflict' });
      const { approvals } = t.readers;
      expect(await approvals.live('b')).toMatchObject({ id: one, guards: [], shown: {} });
      expect(await approvals.pendingCount(ids.agent)).toBe(1);
      expect(await approvals.overdue(1999)).toEqual([]);
      expect(await approvals.overdue(2000)).toMatchObject([{ id: one }]);

      const expire = { update: 'approvals', set: { state: 'expired' }, where: { id: one } } as const;
      await t.commit({ changes: [expire, twin] });
      expect(await approvals.live('b')).toMatchObject({ id: two });
      expect(await approvals.list({ limit: 9 })).toMatchObject([{ id: two }, { id: one }]);
      expect(await approvals.list({ state: 'expired', limit: 9 })).toMatchObject([{ id: one }]);
      const grant = { state: 'approved', grant_expires_at: 3000 };
      await t.commit({ changes: [{ update: 'approvals', set: grant, where: { id: two } }] });
      expect(await approvals.overdue(2999)).toEqual([]);
      expect(await approvals.overdue(3000)).toMatchObject([{ id: two, grantExpiresAt: 3000 }]);
    });

    it('counts a reviewer once', async () => {
      const review = (id: string) => ({
        id,
        approval: 'a',
        reviewer_uid: 'usr_1',
        reviewer: 'fiona',
        verdict: 'approve',
        reason: '',
        reviewed_at: 5,
      });
      await t.commit({ changes: [{ insert: 'reviews', row: review('r1') }] });
      const again = await t.store.commit({
        entries: [],
        changes: [{ insert: 'reviews', row: review('r2') }],
      });
      expect(again).toMatchObject({ ok: false, code: 'conflict' });
      expect(await t.readers.approvals.reviews('a')).toMatchObject([{ id: 'r1', reviewer: 'fiona' }]);
    });

    it("finds tasks and contexts by their own id and by the upstream's", async () => {
      const task = {
        id: 't',
        upstream_uid: 'agt_u',
        upstream_task: 'ut',
        context: 'x',
        call: 'c',
        chain: 'h',
      };
      const owner = { agent_uid: 'agt_a', subject: 's' };
      const more = {
        state: 'held',
        minted: 1,
        approval: 'a',
        parked: new Uint8Array([1, 2]),
        created_at: 1,
        updated_at: 1,
      };
      const context = { id: 'x', upstream_uid: 'agt_u', upstream_context: 'ux', chain: 'h', created_at: 1 };
      await t.commit({
        changes: [
          { insert: 'tasks', row: { ...task, ...owner, ...more } },
          { insert: 'contexts', row: { ...context, ...owner } },
        ],
      });
      const { tasks } = t.readers;
      expect(await tasks.get('t')).toMatchObject({ minted: true, upstreamTask: 'ut', result: null });
      expect([...((await tasks.byUpstream('agt_u', 'ut'))?.parked ?? [])]).toEqual([1, 2]);
      expect(await tasks.byCall('c')).toHaveLength(1);
      expect(await tasks.byApproval('a')).toHaveLength(1);
      expect(await tasks.parked()).toMatchObject([{ id: 't' }]);
      expect(await tasks.atWork('agt_u')).toBe(true);
      expect(await tasks.atWork('agt_v')).toBe(false);
      expect(await tasks.context('agt_u', 'x')).toMatchObject({ upstreamContext: 'ux', heldBy: null });
      const principal = { agentUid: 'agt_a', subject: 's' };
      expect(await tasks.contextByUpstream('agt_u', 'ux', principal)).toMatchObject({ id: 'x' });
      expect(await tasks.contextByUpstream('agt_u', 'ux', { ...principal, subject: 'other' })).toBeNull();
      const settled = { state: 'TASK_STATE_COMPLETED', parked: null, updated_at: 2 };
      await t.commit({ changes: [{ update: 'tasks', set: settled, where: { id: 't' } }] });
      expect(await tasks.atWork('agt_u')).toBe(false);
      expect(await tasks.parked()).toEqual([]);
    });

    it('holds the registry, catalogues, policy sets and admin tokens', async () => {
      expect(await t.readers.adminTokens.exist()).toBe(false);
      const set = (digest: string, active: number) => ({
        digest,
        sources: '[]',
        author: 'fiona',
        activated_at: active,
        active,
      });
      await t.commit({
        changes: [
          {
            insert: 'objects',
            row: { kind: 'Agent', name: 'a', uid: 'agt_1', manifest: '{}', generation: 1, updated_at: 1 },
          },
          { put: 'catalog', row: { upstream_uid: 'srv_1', definitions: '[]', digest: 'd', fetched_at: 1 } },
          { put: 'policy_sets', row: set('old', 0) },
          { put: 'policy_sets', row: set('new', 1) },
          {
            insert: 'admin_tokens',
            row: { digest: 't', user_name: 'admin', roles: '["admin"]', created_at: 1, expires_at: null },
          },
        ],
      });
      const { registry, policies, adminTokens } = t.readers;
      expect(await registry.objects()).toMatchObject([{ kind: 'Agent', uid: 'agt_1' }]);
      expect(await registry.object('Agent', 'a')).toMatchObject({ generation: 1 });
      expect(await registry.catalogs()).toHaveLength(1);
      expect(await registry.catalog('srv_1')).toMatchObject({ digest: 'd' });
      expect(await policies.active()).toMatchObject({ digest: 'new', active: true });
      expect(await policies.get('old')).toMatchObject({ active: false });
      expect(await policies.history(5)).toHaveLength(2);
      expect(await adminTokens.byDigest('t')).toMatchObject({ userName: 'admin', roles: ['admin'] });
      expect(await adminTokens.byDigest('u')).toBeNull();
      const second = await t.store.commit({
        entries: [],
        changes: [{ put: 'policy_sets', row: set('third', 1) }],
      });
      expect(second).toMatchObject({ ok: false, code: 'conflict' });
    });

    it('holds people whom the registry does not, each identity and each name once', async () => {
      const row = (uid: string, subject: string, name: string) => ({
        uid,
        issuer: 'https://id.example',
        subject,
        name,
        display_name: 'Alice',
        email: '',
        groups: '["finance"]',
        confirmed_at: 7,
      });
      await t.commit({ changes: [{ put: 'people', row: row('usr_1', 's1', 'alice@id.example') }] });
      expect(await t.readers.people.all()).toEqual([
        {
          uid: 'usr_1',
          issuer: 'https://id.example',
          subject: 's1',
          name: 'alice@id.example',
          displayName: 'Alice',
          email: '',
          groups: ['finance'],
          confirmedAt: 7,
        },
      ]);
      for (const twin of [row('usr_2', 's1', 'b@id.example'), row('usr_2', 's2', 'alice@id.example')])
        expect(
          await t.store.commit({ entries: [], changes: [{ insert: 'people', row: twin }] }),
        ).toMatchObject({ ok: false, code: 'conflict' });
    });
  });
}
