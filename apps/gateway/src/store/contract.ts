// What every store must do, whatever it is made of: the suite that the embedded store passes, and that a store on
// PostgreSQL has to pass unchanged (DESIGN section 2).
import { isId, newId, originDigest, verifyLog } from '@countersign/audit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recoverOpenCalls } from './recovery.ts';
import type { CommittedEntry, Store } from './store.ts';
import {
  approvalRow,
  completed,
  decided,
  newCall,
  nodeStopped,
  requested,
  reviewed,
  sessionRow,
} from './testing-drafts.ts';
import type { CommitRequest, CommitResult, EntryReceipt } from './types.ts';

/** One log, empty at first. */
export interface StoreHarness {
  readonly origin: string;
  /** Verifier key of the checkpoint key. */
  readonly vkey: string;
  /** The wall clock of the stores opened next, in milliseconds since the epoch. */
  setClock(now: number): void;
  /** Opens the store on the log, as a gateway process would. Only one is open at a time. */
  open(): Promise<Store>;
  remove(): Promise<void>;
}

export function describeStoreContract(name: string, createHarness: () => Promise<StoreHarness>): void {
  describe(`store contract: ${name}`, () => {
    let harness: StoreHarness;
    let store: Store;

    beforeEach(async () => {
      harness = await createHarness();
      store = await harness.open();
    });
    afterEach(async () => {
      await store.close();
      await harness.remove();
    });

    const reopen = async (): Promise<void> => {
      await store.close();
      store = await harness.open();
    };
    const commit = async (request: Partial<CommitRequest>): Promise<readonly EntryReceipt[]> =>
      receiptsOf(await store.commit({ entries: [], ...request }));
    const headers = async () => {
      const found = [];
      for await (const { header } of store.readers.log.entries())
        found.push(JSON.parse(new TextDecoder().decode(header)));
      return found;
    };
    const expectSoundLog = async (): Promise<void> => {
      const report = await verifyLog(store.readers.log.entries(), {
        origin: harness.origin,
        vkeys: [harness.vkey],
        checkpoints: store.readers.log.checkpoints(),
      });
      expect(report.firstFailure).toBeNull();
    };

    describe('the log', () => {
      it('begins with an entry that names its origin', async () => {
        const [first] = await headers();
        expect(first).toMatchObject({ kind: 'log.opened', index: 0, prev: originDigest(harness.origin) });
        expect(await store.readers.log.entry(0)).toMatchObject({ details: [{ name: 'origin' }] });
        expect(isId(first.node, 'node')).toBe(true);
      });

      it('gives the entries of one commit consecutive indexes, and each the leaf of the one before it', async () => {
        const ids = newCall();
        const [first, second] = await commit({ entries: [decided(ids), completed(ids, 1)] });
        expect([first?.index, second?.index]).toEqual([1, 2]);
        const [, , last] = await headers();
        expect(last.prev).toBe(first?.leaf);
        expect((await store.readers.log.head()).lastLeaf).toBe(second?.leaf);
      });

      it('acknowledges every one of many parallel commits once, at an index of its own', async () => {
        const results = await Promise.all(
          Array.from({ length: 700 }, () => store.commit({ entries: [nodeStopped()] })),
        );
        const indexes = results.flatMap((result) => receiptsOf(result).map(({ index }) => index));
        expect(indexes.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 700 }, (_, i) => i + 1));
        await expectSoundLog();
      });

      it('continues each chain from its own last entry, across commits and restarts', async () => {
        const [one, other] = [newCall(), newCall()];
        await commit({ entries: [decided(one), decided(other)] });
        await commit({ entries: [completed(one, 1)] });
        await reopen();
        await commit({ entries: [decided({ ...newCall(), chain: one.chain })] });
        const links = (await headers())
          .filter((header) => header.chain?.id === one.chain)
          .map(({ chain }) => chain);
        expect(links.map(({ seq }) => seq)).toEqual([0, 1, 2]);
        expect(links.map(({ prevIndex }) => prevIndex)).toEqual([null, 1, 3]);
        await expectSoundLog();
      });

      it('continues after a restart', async () => {
        await commit({ entries: [nodeStopped(), nodeStopped()] });
        const before = await store.readers.log.head();
        await reopen();
        expect(await store.readers.log.head()).toEqual(before);
        const [receipt] = await commit({ entries: [nodeStopped()] });
        expect(receipt?.index).toBe(3);
        await expectSoundLog();
      });

      it('never writes a time before the one of the entry before, though the clock steps back', async () => {
        harness.setClock(5000);
        const [later] = await commit({ entries: [nodeStopped()] });
        harness.setClock(4000);
        const [earlier] = await commit({ entries: [nodeStopped()] });
        expect([later?.time, earlier?.time]).toEqual([5_000_000, 5_000_000]);
        harness.setClock(6000);
        const [now] = await commit({ entries: [nodeStopped()] });
        expect(now?.time).toBe(6_000_000);
      });

      it('signs a head that covers every entry when it is closed', async () => {
        await commit({ entries: [nodeStopped()] });
        await reopen();
        const checkpoint = await store.readers.log.latestCheckpoint();
        expect(checkpoint?.size).toBe(2);
        const report = await verifyLog(store.readers.log.entries(), {
          origin: harness.origin,
          vkeys: [harness.vkey],
          checkpoints: store.readers.log.checkpoints(),
        });
        expect(report).toMatchObject({ verdict: 'consistent', covered: { byStore: 2 } });
        expect(report.root).toBe(checkpoint?.root);
        expect(await store.readers.log.recentCheckpoints(9)).toContainEqual(checkpoint);
      });

      it('reads any range of entries in constant pieces', async () => {
        await commit({ entries: Array.from({ length: 600 }, () => nodeStopped()) });
        const read = [];
        for await (const { index } of store.readers.log.entries(5, 590)) read.push(index);
        expect(read).toEqual(Array.from({ length: 585 }, (_, i) => i + 5));
        expect(await store.readers.log.entry(601)).toBeNull();
      });
    });

    describe('a commit', () => {
      it('writes entries and changes together, or neither', async () => {
        const changes = [{ insert: 'sessions', row: sessionRow('s') }] as const;
        await commit({ entries: [nodeStopped()], changes });
        expect(await store.readers.sessions.get('srv_x', 's')).not.toBeNull();
        const both = [{ insert: 'sessions', row: sessionRow('t') }, ...changes] as const;
        const result = await store.commit({ entries: [nodeStopped()], changes: both });
        expect(result).toMatchObject({ ok: false, code: 'conflict' });
        expect(await store.readers.sessions.get('srv_x', 't')).toBeNull();
        expect((await store.readers.log.head()).size).toBe(2);
      });

      it('is seen by every read after its acknowledgement', async () => {
        for (let i = 0; i < 50; i += 1) {
          await commit({ changes: [{ insert: 'sessions', row: sessionRow(`s${i}`) }] });
          expect(await store.readers.sessions.get('srv_x', `s${i}`)).toMatchObject({
            id: `s${i}`,
            closedAt: null,
          });
        }
      });

      it('that fails takes no other down that is committed with it', async () => {
        const results = await Promise.all(
          Array.from({ length: 60 }, (_, i) =>
            store.commit({
              entries: [nodeStopped()],
              // Every third inserts the same row again.
              changes: [{ insert: 'sessions', row: sessionRow(i % 3 === 0 ? 'same' : `s${i}`) }],
            }),
          ),
        );
        expect(results.filter((result) => result.ok)).toHaveLength(41);
        expect((await store.readers.log.head()).size).toBe(42);
        await expectSoundLog();
      });

      it('names the precondition that did not hold and writes nothing', async () => {
        const held = { table: 'sessions', where: { id: 's' }, expect: 'absent' } as const;
        const result = await store.commit({
          entries: [nodeStopped()],
          changes: [{ insert: 'sessions', row: sessionRow('s') }],
          preconditions: [held, { ...held, expect: 'exists' }],
        });
        expect(result).toEqual({ ok: false, code: 'precondition_failed', precondition: 1 });
        expect((await store.readers.log.head()).size).toBe(1);
      });

      it('takes a null in a condition as "is null"', async () => {
        await commit({ changes: [{ insert: 'sessions', row: sessionRow('s') }] });
        const isOpen = { table: 'sessions', where: { id: 's', closed_at: null }, expect: 'exists' } as const;
        await commit({
          changes: [{ update: 'sessions', set: { closed_at: 7 }, where: { id: 's', closed_at: null } }],
          preconditions: [isOpen],
        });
        expect((await store.readers.sessions.get('srv_x', 's'))?.closedAt).toBe(7);
        expect(await store.commit({ entries: [], preconditions: [isOpen] })).toMatchObject({ ok: false });
      });

      it('lets exactly one of a hundred parallel commits with the same precondition win', async () => {
        const ids = newCall();
        const id = newId('apr');
        await commit({
          changes: [{ insert: 'approvals', row: approvalRow(ids, id, { state: 'approved' }) }],
        });
        const where = { id, state: 'approved' };
        const results = await Promise.all(
          Array.from({ length: 100 }, (_, i) =>
            store.commit({
              entries: [nodeStopped()],
              changes: [{ update: 'approvals', set: { state: 'consumed', consumed_by: `call ${i}` }, where }],
              preconditions: [{ table: 'approvals', where, expect: 'exists' }],
            }),
          ),
        );
        const winners = results.flatMap((result, i) => (result.ok ? [i] : []));
        expect(winners).toHaveLength(1);
        expect(await store.readers.approvals.get(id)).toMatchObject({ consumedBy: `call ${winners[0]}` });
        expect((await store.readers.log.head()).size).toBe(2);
      });

      it('puts, ensures, updates and removes rows', async () => {
        const row = { holder: 'agt_a', label: 'pii', until: 10, call: 'c' };
        await commit({
          changes: [
            { put: 'exposures', row },
            { put: 'exposures', row: { ...row, until: 20 } },
          ],
        });
        expect(await store.readers.exposure.exposure(['agt_a', 'agt_b'], 19)).toEqual(['pii']);
        expect(await store.readers.exposure.exposure(['agt_a'], 20)).toEqual([]);
        const label = { chain: 'chain_a', label: 'secret' };
        await commit({
          changes: [
            { ensure: 'chain_labels', row: label },
            { ensure: 'chain_labels', row: label },
          ],
        });
        expect(await store.readers.exposure.chainLabels('chain_a')).toEqual(['secret']);
        await commit({ changes: [{ update: 'exposures', set: { until: 30 }, where: { holder: 'agt_a' } }] });
        expect(await store.readers.exposure.exposure(['agt_a'], 29)).toEqual(['pii']);
        await commit({ changes: [{ remove: 'exposures', where: { holder: 'agt_a', label: 'pii' } }] });
        expect(await store.readers.exposure.exposure(['agt_a'], 0)).toEqual([]);
      });

      it.each([
        ['a table of the log', { entries: [], changes: [{ remove: 'entries', where: { idx: 0 } }] }],
        [
          'a table that is not there',
          { entries: [], changes: [{ insert: 'x; DROP TABLE calls', row: { a: 1 } }] },
        ],
        [
          'a column that is not there',
          { entries: [], changes: [{ insert: 'sessions', row: { 'a" --': 1 } }] },
        ],
        ['a change of a whole table', { entries: [], changes: [{ remove: 'sessions', where: {} }] }],
        [
          'a value of the wrong type',
          { entries: [], changes: [{ put: 'sessions', row: { ...sessionRow('s'), created_at: 'x' } }] },
        ],
        ['an entry outside the format', { entries: [{ ...nodeStopped(), body: { reason: 'because' } }] }],
        ['what cannot be copied', { entries: [], changes: [{ insert: 'sessions', row: { id: () => 1 } }] }],
      ])('rejects %s as a bug, and only that request', async (_, request) => {
        const refused = store.commit(request as unknown as CommitRequest);
        const beside = store.commit({ entries: [nodeStopped()] });
        await expect(refused).rejects.toThrow(TypeError);
        expect((await beside).ok).toBe(true);
        await expectSoundLog();
      });

      it('is told to listeners in log order, with headers and details', async () => {
        const told: CommittedEntry[] = [];
        const stop = store.onCommitted((entries) => told.push(...entries));
        const ids = newCall();
        await Promise.all([
          store.commit({ entries: [decided(ids)] }),
          store.commit({ entries: [], changes: [{ insert: 'sessions', row: sessionRow('s') }] }),
          store.commit({ entries: [completed(ids, 1)] }),
        ]);
        stop();
        await commit({ entries: [nodeStopped()] });
        expect(told.map(({ header }) => [header.index, header.kind])).toEqual([
          [1, 'call.decided'],
          [2, 'call.completed'],
        ]);
        expect(told[1]?.details).toEqual({ result: '{"content":[]}' });
        expect(told[1]?.leaf).toBe((await headers())[3]?.prev);
      });

      it('records the value as it was when it was handed over', async () => {
        const result = new TextEncoder().encode('before');
        const ids = newCall();
        const pending = store.commit({
          entries: [decided(ids), { ...completed(ids, 1), details: { result } }],
        });
        result.fill(0);
        await pending;
        const stored = (await store.readers.log.entry(2))?.details[0];
        expect(new TextDecoder().decode(stored?.value)).toBe('before');
      });

      it('is refused once the store is closed', async () => {
        await store.close();
        expect(await store.commit({ entries: [nodeStopped()] })).toMatchObject({
          ok: false,
          code: 'log_unavailable',
        });
        expect(store.health().state).toBe('closed');
        store = await harness.open();
      });
    });

    describe('calls', () => {
      it('are searchable as soon as they are decided, and end with their outcome', async () => {
        const ids = newCall();
        await commit({ entries: [decided(ids)] });
        expect(await store.readers.calls.get(ids.call)).toMatchObject({
          agent: 'invoice',
          owner: 'fiona',
          subject: 'fiona@example.com',
          upstream: 'payments',
          resource: 'payments/pay',
          agents: ['triage', 'invoice'],
          policies: ['small-payments'],
          traceId: '0af7651916cd43dd8448eb211c80319c',
          state: 'open',
          decidedIndex: 1,
          endedIndex: null,
        });
        await commit({ entries: [completed(ids, 1, { outcome: 'tool_error' })] });
        expect(await store.readers.calls.get(ids.call)).toMatchObject({
          state: 'completed',
          outcome: 'tool_error',
          httpStatus: 200,
          endedIndex: 2,
        });
        expect(await store.readers.calls.get('call_none')).toBeNull();
      });

      it('stay one call when they are decided again after an approval', async () => {
        const ids = newCall();
        const approval = newId('apr');
        harness.setClock(1000);
        await commit({
          entries: [
            decided(ids, { decision: 'hold', reason: 'guarded', approval }),
            requested(ids, approval),
          ],
        });
        expect(await store.readers.calls.get(ids.call)).toMatchObject({ state: 'held', startedAt: 1000 });
        harness.setClock(9000);
        await commit({ entries: [reviewed(ids, approval, 'approve')] });
        await commit({ entries: [decided(ids, { reason: 'grant_redeemed', approval, round: 2 })] });
        expect(await store.readers.calls.get(ids.call)).toMatchObject({
          state: 'open',
          decision: 'allow',
          round: 2,
          startedAt: 1000,
          decidedIndex: 4,
        });
        await commit({ entries: [completed(ids, 4)] });
        const story = await store.readers.calls.entries(ids.call);
        expect(story.map(({ header }) => header.kind)).toEqual([
          'call.decided',
          'approval.requested',
          'approval.reviewed',
          'call.decided',
          'call.completed',
        ]);
        expect(story[0]).toMatchObject({
          erased: [],
          details: { sentence: expect.stringContaining('invoice') },
        });
        await expectSoundLog();
      });

      it('that are held end with the refusal of their approval, all that wait for it', async () => {
        const [one, joined, given] = [newCall(), newCall(), newCall()];
        const approval = newId('apr');
        const hold = { decision: 'hold', reason: 'guarded', approval } as const;
        await commit({ entries: [decided(one, hold), requested(one, approval), decided(joined, hold)] });
        await commit({ entries: [decided(given, { ...hold, approval: newId('apr') })] });
        await commit({ entries: [completed(given, 4, { outcome: 'aborted', status: null })] });
        await commit({ entries: [reviewed(one, approval, 'reject')] });
        for (const { call } of [one, joined]) {
          expect(await store.readers.calls.get(call)).toMatchObject({ state: 'denied', endedIndex: 6 });
        }
        expect(await store.readers.calls.get(given.call)).toMatchObject({
          state: 'completed',
          outcome: 'aborted',
        });
      });

      it('left open by a crash are declared unknown exactly once, held and ended ones never', async () => {
        const [open, held, done, denied] = [newCall(), newCall(), newCall(), newCall()];
        await commit({
          entries: [
            decided(open),
            decided(held, { decision: 'hold', reason: 'guarded' }),
            decided(done),
            decided(denied, { decision: 'deny', reason: 'forbidden' }),
            completed(done, 3),
          ],
        });
        await reopen();
        expect(await recoverOpenCalls(store)).toBe(1);
        expect(await recoverOpenCalls(store)).toBe(0);
        const unknown = (await headers()).filter(({ kind }) => kind === 'call.unknown');
        expect(unknown).toMatchObject([
          { call: open.call, body: { reason: 'restart', decided: 1 }, chain: { seq: 1 } },
        ]);
        const states = await Promise.all(
          [open, held, done, denied].map(async ({ call }) => (await store.readers.calls.get(call))?.state),
        );
        expect(states).toEqual(['unknown', 'held', 'completed', 'denied']);
        await expectSoundLog();
      });

      it('are found by what they are, page by page, the latest decided first', async () => {
        const upstream = newId('srv');
        const calls = Array.from({ length: 25 }, () => newCall());
        await commit({
          entries: calls.map((ids, i) =>
            decided(
              ids,
              i % 2 === 0 ? { upstream } : { decision: 'deny', reason: 'forbidden' },
              i % 5 === 0 ? { explanation: JSON.stringify({ determining: [{ id: 'rare' }] }) } : {},
            ),
          ),
        });
        const reader = store.readers.calls;
        const indexes = async (...args: Parameters<typeof reader.page>) =>
          (await reader.page(...args)).calls.map(({ decidedIndex }) => decidedIndex);
        expect(await indexes({ policy: 'rare' }, { limit: 10 })).toEqual([21, 16, 11, 6, 1]);
        expect(await indexes({ policy: 'rare', decision: 'deny' }, { limit: 10 })).toEqual([16, 6]);
        expect(await indexes({ state: 'open', agent: 'invoice' }, { limit: 2 })).toEqual([25, 23]);
        expect(await indexes({ agent: 'nobody' }, { limit: 2 })).toEqual([]);
        expect(await indexes({ chain: calls[3]?.chain }, { limit: 2 })).toEqual([4]);
        const first = await reader.page({}, { limit: 20 });
        expect(first.next).toBe(6);
        expect(await reader.page({}, { limit: 20, before: 6 })).toMatchObject({
          calls: { length: 5 },
          next: null,
        });
        expect(
          (await store.readers.calls.open(upstream)).map(({ decidedIndex }) => decidedIndex),
        ).toHaveLength(13);
        expect(await store.readers.calls.open(newId('srv'))).toEqual([]);
      });

      it('are read chain by chain, the first first', async () => {
        const root = newCall();
        const child = { ...newCall(), chain: root.chain };
        await commit({
          entries: [decided(root), decided(child, { parent: root.call, link: 'verified', depth: 2 })],
        });
        expect(await store.readers.calls.chain(root.chain)).toMatchObject([
          { id: root.call, parent: null },
          { id: child.call, parent: root.call, link: 'verified', depth: 2 },
        ]);
      });
    });

    describe('state', () => {
      it('keeps one live approval per binding, and finds it, the overdue and the pending ones', async () => {
        const ids = newCall();
        const [one, two] = [newId('apr'), newId('apr')];
        await commit({ changes: [{ insert: 'approvals', row: approvalRow(ids, one, { binding: 'b' }) }] });
        const twin = {
          insert: 'approvals',
          row: approvalRow(ids, two, { binding: 'b', requested_at: 1001 }),
        } as const;
        expect(await store.commit({ entries: [], changes: [twin] })).toMatchObject({ code: 'conflict' });
        const { approvals } = store.readers;
        expect(await approvals.live('b')).toMatchObject({ id: one, guards: [], shown: {} });
        expect(await approvals.pendingCount(ids.agent)).toBe(1);
        expect(await approvals.overdue(1999)).toEqual([]);
        expect(await approvals.overdue(2000)).toMatchObject([{ id: one }]);

        const expire = { update: 'approvals', set: { state: 'expired' }, where: { id: one } } as const;
        await commit({ changes: [expire, twin] });
        expect(await approvals.live('b')).toMatchObject({ id: two });
        expect(await approvals.list({ limit: 9 })).toMatchObject([{ id: two }, { id: one }]);
        expect(await approvals.list({ state: 'expired', limit: 9 })).toMatchObject([{ id: one }]);
        const grant = { state: 'approved', grant_expires_at: 3000 };
        await commit({ changes: [{ update: 'approvals', set: grant, where: { id: two } }] });
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
        await commit({ changes: [{ insert: 'reviews', row: review('r1') }] });
        const again = await store.commit({
          entries: [],
          changes: [{ insert: 'reviews', row: review('r2') }],
        });
        expect(again).toMatchObject({ ok: false, code: 'conflict' });
        expect(await store.readers.approvals.reviews('a')).toMatchObject([{ id: 'r1', reviewer: 'fiona' }]);
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
        await commit({
          changes: [
            { insert: 'tasks', row: { ...task, ...owner, ...more } },
            { insert: 'contexts', row: { ...context, ...owner } },
          ],
        });
        const { tasks } = store.readers;
        expect(await tasks.get('t')).toMatchObject({ minted: true, upstreamTask: 'ut', result: null });
        expect([...((await tasks.byUpstream('agt_u', 'ut'))?.parked ?? [])]).toEqual([1, 2]);
        expect(await tasks.byCall('c')).toHaveLength(1);
        expect(await tasks.byApproval('a')).toHaveLength(1);
        expect(await tasks.context('agt_u', 'x')).toMatchObject({ upstreamContext: 'ux', heldBy: null });
        const principal = { agentUid: 'agt_a', subject: 's' };
        expect(await tasks.contextByUpstream('agt_u', 'ux', principal)).toMatchObject({ id: 'x' });
        expect(await tasks.contextByUpstream('agt_u', 'ux', { ...principal, subject: 'other' })).toBeNull();
      });

      it('holds the registry, catalogues, policy sets and admin tokens', async () => {
        expect(await store.readers.adminTokens.exist()).toBe(false);
        const set = (digest: string, active: number) => ({
          digest,
          sources: '[]',
          author: 'fiona',
          activated_at: active,
          active,
        });
        await commit({
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
        const { registry, policies, adminTokens } = store.readers;
        expect(await registry.objects()).toMatchObject([{ kind: 'Agent', uid: 'agt_1' }]);
        expect(await registry.object('Agent', 'a')).toMatchObject({ generation: 1 });
        expect(await registry.catalogs()).toHaveLength(1);
        expect(await registry.catalog('srv_1')).toMatchObject({ digest: 'd' });
        expect(await policies.active()).toMatchObject({ digest: 'new', active: true });
        expect(await policies.get('old')).toMatchObject({ active: false });
        expect(await policies.history(5)).toHaveLength(2);
        expect(await adminTokens.byDigest('t')).toMatchObject({ userName: 'admin', roles: ['admin'] });
        expect(await adminTokens.byDigest('u')).toBeNull();
        const second = await store.commit({
          entries: [],
          changes: [{ put: 'policy_sets', row: set('third', 1) }],
        });
        expect(second).toMatchObject({ ok: false, code: 'conflict' });
      });
    });
  });
}

function receiptsOf(result: CommitResult): readonly EntryReceipt[] {
  if (!result.ok) throw new Error(`the commit failed: ${JSON.stringify(result)}`);
  return result.receipts;
}
