// The index of calls when another thread packs it: the same bytes, whatever changes while that is under way.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EntryDraft } from '@countersign/audit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SEGMENT } from '../../../search/postings.ts';
import { completed, decided, newCall } from '../../testing-drafts.ts';
import type { CommitRequest } from '../../types.ts';
import { createPacker, type PackAsk, type Part } from './call-index.ts';
import { openForReading } from '../open.ts';
import { rebuildProjection } from '../rebuild/rebuild.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { createWriter, type Writer } from '../writer/writer.ts';

const AT_ONCE = 256;
const FIRST = newCall();

describe('an index that is packed elsewhere', () => {
  let test: TestDatabase;
  let reader: ReturnType<typeof openForReading>;
  beforeEach(() => {
    test = createTestDatabase();
    reader = openForReading(test.path);
  });
  afterEach(() => {
    reader.close();
    test.remove();
  });
  const index = () => test.db.prepare('SELECT * FROM call_index ORDER BY place').all();
  const commit = (writer: Writer, request: CommitRequest): void =>
    expect(writer.apply([{ id: 1, time: 2_000_000, bytes: 1, request }])).toMatchObject({
      failure: null,
      outcomes: [{ result: { ok: true } }],
    });

  const denied = (calls: number): readonly EntryDraft[] =>
    Array.from({ length: calls }, () => decided(newCall(), { decision: 'deny' }));
  async function turns(writer: Writer, count: number): Promise<void> {
    for (let turn = 0; turn < count; turn += 1) {
      commit(writer, { entries: denied(10) });
      await nextTurn();
    }
  }

  /** A call that stays open, and so many others that its segment is due; what was asked for comes between commits. */
  async function grow(pack: (ask: PackAsk) => Promise<readonly Part[]>): Promise<Writer> {
    const writer = createWriter(test.db, { ...test.options, pack });
    commit(writer, { entries: [decided(FIRST)] });
    for (let calls = 0; calls < 2 * SEGMENT; calls += AT_ONCE) commit(writer, { entries: denied(AT_ONCE) });
    // Fewer than the writer itself would pack at once.
    await turns(writer, 12);
    return writer;
  }

  /** What the rows say, whoever packed it. */
  function expectSound(): void {
    const kept = index();
    rebuildProjection(test.db);
    expect(kept).toEqual(index());
    expect(kept.length).toBeGreaterThan(20);
  }

  it('is the same, and no part of it was packed by the writer', async () => {
    const packer = createPacker(reader);
    const asked: PackAsk[] = [];
    await grow(async (ask) => {
      asked.push(ask);
      return packer(ask.facets, ask.segment);
    });
    expect(asked.map(({ segment }) => segment)).toEqual([0, 0, 0, 0, 0]);
    expectSound();
  });

  it('is packed by the writer where nobody answers', async () => {
    const writer = await grow(() => Promise.reject(new Error('the thread beside the writer ended')));
    expect(index()).toEqual([]);
    commit(writer, { entries: denied(SEGMENT / 2) });
    await turns(writer, 1);
    expectSound();
  });

  const changes: readonly [string, PackAsk['facets'][number], CommitRequest][] = [
    ['a call ends', 'state', { entries: [completed(FIRST, 1)] }],
    ['values are erased', 'agent', { entries: [], payloads: [{ erase: 1, names: null, left: 'agent' }] }],
  ];
  it.each(changes)('is not what was read before %s', async (_, facet, change) => {
    const packer = createPacker(reader);
    const answer = Promise.withResolvers<void>();
    let held = 0;
    const writer = await grow(async (ask) => {
      const parts = packer(ask.facets, ask.segment);
      if (ask.facets.includes(facet)) {
        held += 1;
        await answer.promise;
      }
      return parts;
    });
    expect(held).toBe(1);
    commit(writer, change);
    answer.resolve();
    await nextTurn();
    await turns(writer, 12);
    expect(held).toBe(2);
    expectSound();
  });
});
