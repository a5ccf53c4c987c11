// When an answer began is in the entry that says how it ended: from when the call came, so that both are of one clock.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type MeteredPipeline, openMeteredPipeline } from './testing/metered-pipeline.ts';

let payments: MeteredPipeline;
beforeEach(async () => {
  const text = '@id("pay") permit (principal is Agent, action == Action::"payments/pay", resource is Tool);';
  payments = await openMeteredPipeline([{ file: 'pay.cedar', text }]);
});
afterEach(() => payments.close());

/** Of the newest call. */
async function recorded() {
  const { calls } = await payments.store.readers.calls.page({}, { limit: 1 });
  const entries = await payments.store.readers.calls.entries(calls[0]?.id ?? '');
  const { header } = entries.at(-1) ?? {};
  if (header?.kind !== 'call.completed') throw new Error('the call was not completed');
  const { outcome, durationUs, firstByteUs } = header.body;
  return { outcome, durationUs, firstByteUs };
}

test('of a call that is answered: how long it took to begin', async () => {
  payments.slow = 30;
  expect(await payments.pay(1)).toBe('paid');
  expect(await recorded()).toEqual({ outcome: 'ok', durationUs: 30_000, firstByteUs: 30_000 });
});

test.each(['refused', 'broken'] as const)(
  'of a call whose connection was %s: no answer began',
  async (way) => {
    payments.way = way;
    payments.slow = 30;
    await payments.pay(1);
    expect(await recorded()).toEqual({ outcome: 'upstream_error', durationUs: 30_000, firstByteUs: null });
  },
);

test('is not before the call came, though the clock was set back meanwhile', async () => {
  payments.slow = -500;
  expect(await payments.pay(1)).toBe('paid');
  expect(await recorded()).toEqual({ outcome: 'ok', durationUs: 0, firstByteUs: 0 });
});
