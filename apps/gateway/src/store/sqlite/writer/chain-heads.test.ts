import { newId, toDigest } from '@countersign/audit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ChainHead, type ChainHeads, createChainHeads } from './chain-heads.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';

let database: TestDatabase;
let heads: ChainHeads;
beforeEach(() => {
  database = createTestDatabase();
  heads = createChainHeads(database.db);
});
afterEach(() => database.remove());

const head = (seq: number, index: number): ChainHead => {
  const leaf = new Uint8Array(32).fill(index);
  return { seq, index, leaf, digest: toDigest(leaf) };
};
const stored = (): unknown =>
  database.db.prepare('SELECT id, seq, last_index FROM chains ORDER BY place').all();
/** As a writer does that starts on what is on disk. */
const anew = (): ChainHeads => createChainHeads(database.db);

test('a chain goes on from where a request of the same batch left it, and is written once', () => {
  const chain = newId('chain');
  expect(heads.get(chain)).toBeUndefined();
  heads.move(chain, head(0, 4));
  expect(heads.get(chain)).toMatchObject({ seq: 0, index: 4 });
  heads.move(chain, head(1, 5));
  heads.keep();
  heads.move(chain, head(2, 6));
  heads.keep();
  expect(stored()).toEqual([]);
  heads.flush();
  expect(stored()).toEqual([{ id: chain, seq: 2, last_index: 6 }]);
  expect(anew().get(chain)).toMatchObject({ seq: 2, index: 6, digest: head(2, 6).digest });
});

test('what an undone request moved is where it was, also a chain that it began', () => {
  const [chain, begun] = [newId('chain'), newId('chain')];
  heads.move(chain, head(0, 4));
  heads.keep();
  heads.move(chain, head(1, 5));
  heads.move(begun, head(0, 6));
  heads.undo();
  expect(heads.get(chain)).toMatchObject({ seq: 0, index: 4 });
  expect(heads.get(begun)).toBeUndefined();
  heads.flush();
  expect(stored()).toEqual([{ id: chain, seq: 0, last_index: 4 }]);
});

test('after a batch that was undone nothing is remembered that is not on disk', () => {
  const chain = newId('chain');
  heads.move(chain, head(0, 4));
  heads.keep();
  heads.flush();
  database.db.exec('BEGIN');
  heads.move(chain, head(1, 5));
  heads.keep();
  heads.flush();
  database.db.exec('ROLLBACK');
  heads.forget();
  expect(heads.get(chain)).toMatchObject({ seq: 0, index: 4 });
});

test('chains that are no longer remembered are found again, and stay in the order in which they began', () => {
  const chains = Array.from({ length: 20_000 }, () => newId('chain'));
  database.db.transaction(() => {
    for (const [at, chain] of chains.entries()) {
      heads.move(chain, head(0, at % 256));
      heads.keep();
      if (at % 64 === 0) heads.flush();
    }
    heads.flush();
  })();
  const [first] = chains;
  if (first === undefined) throw new Error('there are no chains');
  heads.move(first, head(1, 7));
  heads.keep();
  heads.flush();
  const [row] = stored() as object[];
  expect(row).toEqual({ id: first, seq: 1, last_index: 7 });
  expect(heads.get(chains[1] ?? first)).toMatchObject({ seq: 0, index: 1 });
});
