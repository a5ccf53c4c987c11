import {
  digestOf,
  openReceipt,
  parseEntry,
  sealEntry,
  importNoteVerifier,
  newId,
  toHex,
} from '@countersign/audit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EntryRecord } from '../store/readers/calls.ts';
import { createTestFolder, type TestFolder } from '../store/sqlite/testing/folder.ts';
import { completed, decided, newCall } from '../store/testing-drafts.ts';
import { receiptsOf } from './of-call.ts';
import { createTestIssuer } from './testing-issuer.ts';

let folder: TestFolder;
beforeEach(async () => {
  folder = await createTestFolder();
});
afterEach(() => {
  folder.remove();
});

const ids = newCall();

function record(
  draft: ReturnType<typeof decided> | ReturnType<typeof completed>,
  index: number,
): EntryRecord {
  const chain = { seq: 0, prevLog: null, prevIndex: null, prevLeaf: null };
  const position = {
    index,
    prev: digestOf(''),
    time: 1_790_000_000_000_000 + index,
    node: newId('node'),
    chain,
  };
  const { header, leaf } = sealEntry(draft, position);
  const entry = parseEntry(header);
  if (!entry.ok) throw new Error(entry.error.message);
  return { header: entry.value, leaf: toHex(leaf), details: {}, erased: [] };
}

test('each decision and the outcome of a call has one, the same each time; other calls and entries have none', async () => {
  const issuer = await createTestIssuer(folder.dataDir);
  const sources = { issuer, proofOf: async (index: number) => (index === 7 ? 'proof' : null) };
  const entries = [record(decided(ids), 7), record(decided(newCall()), 8), record(completed(ids, 7), 9)];
  const receipts = await receiptsOf(ids.call, entries, sources);
  expect(receipts.map(({ kind, index, proof }) => [kind, index, proof])).toEqual([
    ['decided', 7, 'proof'],
    ['completed', 9, null],
  ]);
  expect(await receiptsOf(ids.call, entries, sources)).toEqual(receipts);
  const verifier = await importNoteVerifier(issuer.vkey);
  const [first] = receipts;
  const opened = verifier.ok ? await openReceipt(first?.receipt ?? '', [verifier.value]) : verifier;
  expect(opened).toMatchObject({ ok: true, value: { index: 7, call: ids.call, promiseSeconds: 5 } });
  expect(opened.ok && toHex(opened.value.leaf)).toBe(entries[0]?.leaf);
});

test('an entry that is not what its leaf hash says is not signed again', async () => {
  const issuer = await createTestIssuer(folder.dataDir);
  const entry = record(decided(ids), 7);
  const spoilt = { ...entry, header: { ...entry.header, agent: newId('agt') } } as EntryRecord;
  await expect(receiptsOf(ids.call, [spoilt], { issuer, proofOf: async () => null })).rejects.toThrow(
    'entry 7 does not have the leaf hash',
  );
});
