import { expect, test } from 'vitest';
import type { MeterType } from '@countersign/policy';
import type { MeterKey } from '../store/readers/meters.ts';
import { createLedger } from './ledger.ts';

const WINDOW_MS = 60_000;
const NOW = 1_800_000_000_000;
const key = (holder: string): MeterKey => ({ meter: 'spend', holder });
const wanted = (holder: string, windowMs = WINDOW_MS, type: MeterType = 'long') => ({
  key: key(holder),
  shape: { windowMs, type },
});

function ledgerOf(maxIdle: number) {
  const read: string[] = [];
  const reads = {
    get: async ({ holder }: MeterKey) => {
      read.push(holder);
      return null;
    },
  };
  const ledger = createLedger(reads, () => NOW, maxIdle);
  const open = async (holder: string, windowMs?: number, type?: MeterType) => {
    const [account] = await ledger.open([wanted(holder, windowMs, type)]);
    if (account === undefined) throw new Error('no account');
    return account;
  };
  return { ledger, read, open };
}

test('many who ask at once for the same share one account, which is read once', async () => {
  const { ledger, read } = ledgerOf(10);
  const opened = await Promise.all(Array.from({ length: 50 }, () => ledger.open([wanted('a'), wanted('b')])));
  expect(new Set(opened.flat()).size).toBe(2);
  expect(read).toEqual(['a', 'b']);
});

test('of what is idle only the last used stays in memory; what is in use stays', async () => {
  const { ledger, read, open } = ledgerOf(2);
  const used = await open('used');
  const reserved = await open('reserved');
  reserved.reserve(5n, NOW);
  reserved.free();
  for (const holder of ['a', 'b', 'c', 'd']) (await open(holder)).free();
  expect(ledger.size).toBeLessThanOrEqual(3);
  expect(await open('used')).toBe(used);
  expect(await open('reserved')).toBe(reserved);
  (await open('a')).free();
  expect(read).toEqual(['used', 'reserved', 'a', 'b', 'c', 'd', 'a']);
});

test('what was abandoned is read again, and forgetting spares what is in use', async () => {
  const { ledger, read, open } = ledgerOf(10);
  const first = await open('a');
  ledger.forget(key('a'));
  expect(await open('a')).toBe(first);
  ledger.abandon([first]);
  expect(first.isAbandoned).toBe(true);
  const second = await open('a');
  expect(second).not.toBe(first);
  second.free();
  ledger.forget(key('a'));
  expect(await open('a')).not.toBe(second);
  expect(read).toEqual(['a', 'a', 'a']);
});

test('another window, or another type, is another account: whoever relied on the one before must look again', async () => {
  const { open } = ledgerOf(10);
  const day = await open('a');
  const week = await open('a', 7 * WINDOW_MS);
  expect(week).not.toBe(day);
  expect(day.isAbandoned).toBe(true);
  expect(week.shape).toEqual({ windowMs: 7 * WINDOW_MS, type: 'long' });
  expect(await open('a', 7 * WINDOW_MS, 'decimal')).not.toBe(week);
  expect(week.isAbandoned).toBe(true);
});
