import { expect, test } from 'vitest';
import { completed, decided, newCall, nodeStopped } from '../../testing-drafts.ts';
import type { CommitRequest } from '../../types.ts';
import { packOutcomes, unpackOutcomes } from '../requests/pack-outcomes.ts';
import { packRequests, unpackRequests } from '../requests/pack-requests.ts';
import { prepareEntry } from '../requests/prepare-entry.ts';
import type { CommitOutcome, PendingCommit } from '../requests/requests.ts';

const copied = <T extends object>(value: T, memory: ArrayBuffer): T =>
  structuredClone(value, { transfer: [memory] });

test('requests come out of the other thread as they went in, each with its own bytes, in memory that was given away', () => {
  const request: CommitRequest = {
    entries: [],
    changes: [{ insert: 'sessions', row: { id: 's', secret: Uint8Array.of(1, 2) } }],
    preconditions: [{ table: 'calls', where: { id: 'call_x', state: null }, expect: 'exists' }],
  };
  const drafts = [
    [decided(newCall(), {}, { sentence: 'half \ud800 of a pair' })],
    [nodeStopped(), completed(newCall(), 1)],
    [],
  ];
  const requests = drafts.map((entries, id): PendingCommit => {
    const rest = id === 1 ? request : { entries: [] };
    return { id, time: 1, bytes: 1, request: rest, prepared: entries.map(prepareEntry) };
  });
  const packed = packRequests(requests);
  const { buffer } = packed.bytes;
  expect(unpackRequests(copied(packed, buffer))).toEqual(requests);
  expect(buffer.byteLength).toBe(0);
  expect(unpackRequests(packRequests([]))).toEqual([]);
});

test('outcomes come back as they were, whatever became of the requests', () => {
  const headers = [Uint8Array.of(1, 2), Uint8Array.of(9, 3, 4, 5).subarray(1)];
  const receipt = { index: 4, leaf: 'ab', time: 1_700_000_000_000_000 };
  const outcomes: CommitOutcome[] = [
    { id: 1, result: { ok: true, receipts: [receipt, receipt] }, headers },
    { id: 2, bug: 'a column is missing' },
    { id: 3, result: { ok: false, code: 'precondition_failed', precondition: 0 }, headers: [] },
    { id: 4, result: { ok: true, receipts: [receipt] }, headers: [Uint8Array.of(7)] },
  ];
  const packed = packOutcomes(outcomes);
  expect(packed.headers).toHaveLength(6);
  expect(unpackOutcomes(copied(packed, packed.headers.buffer))).toEqual(outcomes);
});
