import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AdminUnderTest, startAdmin } from '../../testing/admin-under-test.ts';
import { readEvents } from '../../testing/event-reader.ts';
import { recordCall, recordOutcome } from '../../testing/recorded-calls.ts';

let admin: AdminUnderTest;
beforeEach(async () => {
  admin = await startAdmin();
});
afterEach(() => admin.close());

const open = async (headers: Record<string, string> = {}, query = '') => {
  const response = await admin.request(`/api/v1/calls/stream${query}`, { token: admin.adminToken, headers });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  return readEvents(response);
};

describe('the live stream of calls', () => {
  test('begins with the next entry and tells each with the row of its call', async () => {
    await recordCall(admin.store);
    const stream = await open();
    const call = await recordCall(admin.store, { decision: 'deny' });
    const [event] = await stream.take(1);
    expect(event).toMatchObject({
      index: call.index,
      kind: 'call.decided',
      call: { id: call.call, state: 'denied' },
    });
    await stream.cancel();
  });

  test('resumes after Last-Event-ID with no gap and no duplicate, across the seam between past and live', async () => {
    const before = [];
    for (let i = 0; i < 5; i += 1) before.push(await recordCall(admin.store));
    const stream = await open({ 'last-event-id': String(before[1]?.index) });
    // Recorded while the stream is still telling the past.
    const writing = Promise.all(Array.from({ length: 20 }, () => recordCall(admin.store)));
    const events = await stream.take(3 + 20);
    const during = await writing;
    const expected = [...before.slice(2), ...during].map(({ index }) => index).sort((a, b) => a - b);
    expect(events.map(({ index }) => index)).toEqual(expected);
    await stream.cancel();
  });

  test('gives what a page of calls did not show when it is opened at the page’s `asOf`', async () => {
    await recordCall(admin.store);
    const page = await admin.request('/api/v1/calls', { token: admin.adminToken });
    const { asOf } = (await page.json()) as { asOf: number };
    const missed = await recordCall(admin.store);
    await recordOutcome(admin.store, missed);
    const stream = await open({}, `?from=${asOf}`);
    expect((await stream.take(2)).map(({ kind }) => kind)).toEqual(['call.decided', 'call.completed']);
    await stream.cancel();
  });

  test('skips entries that concern no call, and goes on behind them', async () => {
    const stream = await open();
    await admin.tokenFor('fiona', ['approver']);
    const call = await recordCall(admin.store);
    expect(await stream.take(1)).toMatchObject([{ index: call.index }]);
    await stream.cancel();
  });
});
