import { beforeEach, expect, test } from 'vitest';
import { createPendingSignIns, PENDING_MS, type Pending, type PendingSignIns } from './pending.ts';

const pending = (state: string): Pending => ({
  state,
  nonce: 'n'.repeat(43),
  verifier: 'v'.repeat(43),
  returnTo: '/approvals',
  maxAge: 900,
  replaces: null,
});
const STATE = 's'.repeat(43);

let now = 0;
let signIns: PendingSignIns;
beforeEach(() => {
  now = Date.UTC(2026, 0, 1);
  signIns = createPendingSignIns(() => now);
});

test('comes back to the browser that set out, with its state, once', async () => {
  const cookie = await signIns.seal(pending(STATE));
  expect(await signIns.take(cookie, STATE)).toEqual(pending(STATE));
  expect(await signIns.take(cookie, STATE)).toBeNull();
});

test('shows nothing of what it holds', async () => {
  const cookie = await signIns.seal(pending(STATE));
  expect(Buffer.from(cookie, 'base64url').toString() + cookie).not.toContain(STATE.slice(0, 20));
});

test('does not come back with another state, and is not spent by one', async () => {
  const cookie = await signIns.seal(pending(STATE));
  for (const state of [null, '', 't'.repeat(43), `${STATE}x`])
    expect(await signIns.take(cookie, state)).toBeNull();
  expect(await signIns.take(cookie, STATE)).not.toBeNull();
});

test('does not come back too late', async () => {
  const cookie = await signIns.seal(pending(STATE));
  now += PENDING_MS + 1000;
  expect(await signIns.take(cookie, STATE)).toBeNull();
});

test('is not made by anybody else, and not known to another process', async () => {
  const other = createPendingSignIns(() => now);
  const cookie = await other.seal(pending(STATE));
  expect(await signIns.take(cookie, STATE)).toBeNull();
  const own = await signIns.seal(pending(STATE));
  const [header, ...rest] = own.split('.');
  const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${rest.join('.')}`;
  for (const forged of [undefined, '', 'x', `${header}....`, none, `${own}x`])
    expect(await signIns.take(forged, STATE)).toBeNull();
});
