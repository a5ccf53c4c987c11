// What a commit must do: all of it or nothing of it, durably, without harm to its neighbours.
import { newId } from '@countersign/audit';
import { describe, expect, it } from 'vitest';
import type { CommittedEntry } from '../store.ts';
import { approvalRow, completed, decided, newCall, nodeStopped, sessionRow } from '../testing-drafts.ts';
import type { CommitRequest } from '../types.ts';
import { type StoreHarness, underTest } from './harness.ts';

export function describeCommits(createHarness: () => Promise<StoreHarness>): void {
  describe('a commit', () => {
    const t = underTest(createHarness);

    it('writes entries and changes together, or neither', async () => {
      const changes = [{ insert: 'sessions', row: sessionRow('s') }] as const;
      await t.commit({ entries: [nodeStopped()], changes });
      expect(await t.readers.sessions.get('srv_x', 's')).not.toBeNull();
      const both = [{ insert: 'sessions', row: sessionRow('t') }, ...changes] as const;
      const result = await t.store.commit({ entries: [nodeStopped()], changes: both });
      expect(result).toMatchObject({ ok: false, code: 'conflict' });
      expect(await t.readers.sessions.get('srv_x', 't')).toBeNull();
      expect((await t.readers.log.head()).size).toBe(2);
    });

    it('is seen by every read after its acknowledgement', async () => {
      for (let i = 0; i < 50; i += 1) {
        await t.commit({ changes: [{ insert: 'sessions', row: sessionRow(`s${i}`) }] });
        expect(await t.readers.sessions.get('srv_x', `s${i}`)).toMatchObject({
          id: `s${i}`,
          closedAt: null,
        });
      }
    });

    it('that fails takes no other down that is committed with it', async () => {
      const results = await Promise.all(
        Array.from({ length: 60 }, (_, i) =>
          t.store.commit({
            entries: [nodeStopped()],
            // Every third inserts the same row again.
            changes: [{ insert: 'sessions', row: sessionRow(i % 3 === 0 ? 'same' : `s${i}`) }],
          }),
        ),
      );
      expect(results.filter((result) => result.ok)).toHaveLength(41);
      expect((await t.readers.log.head()).size).toBe(42);
      await t.expectSoundLog();
    });

    it('names the precondition that did not hold and writes nothing', async () => {
      const held = { table: 'sessions', where: { id: 's' }, expect: 'absent' } as const;
      const result = await t.store.commit({
        entries: [nodeStopped()],
        changes: [{ insert: 'sessions', row: sessionRow('s') }],
        preconditions: [held, { ...held, expect: 'exists' }],
      });
      expect(result).toEqual({ ok: false, code: 'precondition_failed', precondition: 1 });
      expect((await t.readers.log.head()).size).toBe(1);
    });

    it('takes a null in a condition as "is null"', async () => {
      await t.commit({ changes: [{ insert: 'sessions', row: sessionRow('s') }] });
      const isOpen = { table: 'sessions', where: { id: 's', closed_at: null }, expect: 'exists' } as const;
      await t.commit({
        changes: [{ update: 'sessions', set: { closed_at: 7 }, where: { id: 's', closed_at: null } }],
        preconditions: [isOpen],
      });
      expect((await t.readers.sessions.get('srv_x', 's'))?.closedAt).toBe(7);
      expect(await t.store.commit({ entries: [], preconditions: [isOpen] })).toMatchObject({ ok: false });
    });

    it('lets exactly one of a hundred parallel commits with the same precondition win', async () => {
      const ids = newCall();
      const id = newId('apr');
      await t.commit({
        changes: [{ insert: 'approvals', row: approvalRow(ids, id, { state: 'approved' }) }],
      });
      const where = { id, state: 'approved' };
      const results = await Promise.all(
        Array.from({ length: 100 }, (_, i) =>
          t.store.commit({
            entries: [nodeStopped()],
            changes: [{ update: 'approvals', set: { state: 'consumed', consumed_by: `call ${i}` }, where }],
            preconditions: [{ table: 'approvals', where, expect: 'exists' }],
          }),
        ),
      );
      const winners = results.flatMap((result, i) => (result.ok ? [i] : []));
      expect(winners).toHaveLength(1);
      expect(await t.readers.approvals.get(id)).toMatchObject({ consumedBy: `call ${winners[0]}` });
      expect((await t.readers.log.head()).size).toBe(2);
    });

    it('puts, ensures, updates and removes rows', async () => {
      const row = { holder: 'agt_a', label: 'pii', until: 10, call: 'c' };
      await t.commit({
        changes: [
          { put: 'exposures', row },
          { put: 'exposures', row: { ...row, until: 20 } },
        ],
      });
      expect(await t.readers.exposure.exposure(['agt_a', 'agt_b'], 19)).toEqual(['pii']);
      expect(await t.readers.exposure.exposure(['agt_a'], 20)).toEqual([]);
      const label = { chain: 'chain_a', label: 'secret' };
      await t.commit({
        changes: [
          { ensure: 'chain_labels', row: label },
          { ensure: 'chain_labels', row: label },
        ],
      });
      expect(await t.readers.exposure.chainLabels('chain_a')).toEqual(['secret']);
      await t.commit({ changes: [{ update: 'exposures', set: { until: 30 }, where: { holder: 'agt_a' } }] });
      expect(await t.readers.exposure.exposure(['agt_a'], 29)).toEqual(['pii']);
      await t.commit({ changes: [{ remove: 'exposures', where: { holder: 'agt_a', label: 'pii' } }] });
      expect(await t.readers.exposure.exposure(['agt_a'], 0)).toEqual([]);
    });

    it.each([
      ['a table of the log', { entries: [], changes: [{ remove: 'entries', where: { idx: 0 } }] }],
      [
        'a table that is not there',
        { entries: [], changes: [{ insert: 'x; DROP TABLE calls', row: { a: 1 } }] },
      ],
      ['a column that is not there', { entries: [], changes: [{ insert: 'sessions', row: { 'a" --': 1 } }] }],
      ['a change of a whole table', { entries: [], changes: [{ remove: 'sessions', where: {} }] }],
      [
        'a value of the wrong type',
        { entries: [], changes: [{ put: 'sessions', row: { ...sessionRow('s'), created_at: 'x' } }] },
      ],
      ['an entry outside the format', { entries: [{ ...nodeStopped(), body: { reason: 'because' } }] }],
      ['what cannot be copied', { entries: [], changes: [{ insert: 'sessions', row: { id: () => 1 } }] }],
    ])('rejects %s as a bug, and only that request', async (_, request) => {
      const refused = t.store.commit(request as unknown as CommitRequest);
      const beside = t.store.commit({ entries: [nodeStopped()] });
      await expect(refused).rejects.toThrow(TypeError);
      expect((await beside).ok).toBe(true);
      await t.expectSoundLog();
    });

    it('is told to listeners in log order, with headers and details', async () => {
      const told: CommittedEntry[] = [];
      const stop = t.store.onCommitted((entries) => told.push(...entries));
      const ids = newCall();
      await Promise.all([
        t.store.commit({ entries: [decided(ids)] }),
        t.store.commit({ entries: [], changes: [{ insert: 'sessions', row: sessionRow('s') }] }),
        t.store.commit({ entries: [completed(ids, 1)] }),
      ]);
      stop();
      await t.commit({ entries: [nodeStopped()] });
      expect(told.map(({ header }) => [header.index, header.kind])).toEqual([
        [1, 'call.decided'],
        [2, 'call.completed'],
      ]);
      expect(told[1]?.details).toEqual({ result: '{"content":[]}' });
      expect(told[1]?.leaf).toBe((await t.headers())[3]?.prev);
    });

    it('records the value as it was when it was handed over', async () => {
      const result = new TextEncoder().encode('before');
      const ids = newCall();
      const pending = t.store.commit({
        entries: [decided(ids), { ...completed(ids, 1), details: { result } }],
      });
      result.fill(0);
      await pending;
      const stored = (await t.readers.log.entry(2))?.details[0];
      expect(new TextDecoder().decode(stored?.value)).toBe('before');
    });

    it('is refused once the store is closed', async () => {
      await t.store.close();
      expect(await t.store.commit({ entries: [nodeStopped()] })).toMatchObject({
        ok: false,
        code: 'log_unavailable',
      });
      expect(t.store.health().state).toBe('closed');
    });
  });
}
