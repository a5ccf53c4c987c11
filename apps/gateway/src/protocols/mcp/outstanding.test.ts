import { newId } from '@countersign/audit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ok } from '../../errors.ts';
import { type CallOutcome, type Settlement, withoutAnswer } from '../../pipeline/settle.ts';
import type { CompletedCall } from '../../pipeline/types.ts';
import { createOutstanding } from './outstanding.ts';

const server = newId('srv');
const call = (id: number, bytes = 10) =>
  ({
    upstream: { uid: server },
    sessionId: 's',
    message: { id },
    body: { bytes: { byteLength: bytes } },
  }) as unknown as CompletedCall;
const NO_IDS: ReadonlySet<string> = new Set();
const gone = (): CallOutcome => withoutAnswer('aborted', 'never came back');

function settling() {
  const settled: CallOutcome[] = [];
  const settlement: Settlement = {
    settle: async (outcome) => {
      settled.push(outcome);
      return ok(null);
    },
  };
  return { settled, settlement };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a second call under the same id ends the first, and each has its outcome', async () => {
  const outstanding = createOutstanding();
  const [first, second] = [settling(), settling()];
  outstanding.keep(call(1), first.settlement, NO_IDS, gone);
  outstanding.keep(call(1), second.settlement, NO_IDS, gone);
  expect(first.settled).toHaveLength(1);
  expect(second.settled).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(10 * 60_000);
  expect([first.settled.length, second.settled.length]).toEqual([1, 1]);
});

test('the answer of a call may come again, but no other', () => {
  const outstanding = createOutstanding();
  outstanding.keep(call(1), settling().settlement, NO_IDS, gone);
  expect(outstanding.isItsAnswer(call(1), Buffer.from('one'))).toBe(true);
  expect(outstanding.isItsAnswer(call(1), Buffer.from('two'))).toBe(false);
  expect(outstanding.isItsAnswer(call(1), Buffer.from('one'))).toBe(true);
});

test('what is owed is bounded by bytes: the oldest gives way', () => {
  const outstanding = createOutstanding();
  const all = Array.from({ length: 20 }, settling);
  for (const [id, { settlement }] of all.entries())
    outstanding.keep(call(id, 4 * 1024 * 1024), settlement, NO_IDS, gone);
  expect(all.map(({ settled }) => settled.length)).toEqual([
    1,
    1,
    1,
    1,
    ...Array.from({ length: 16 }, () => 0),
  ]);
});
