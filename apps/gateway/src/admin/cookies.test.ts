import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { createCookies, SESSION_COOKIE, SIGN_IN_COOKIE } from './cookies.ts';

const SAFARI =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15';
const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

function set(url: string, publicUrl: string | null, headers: Record<string, string> = {}): Promise<string> {
  const cookies = createCookies(publicUrl);
  const app = new Hono().get('/', (c) => {
    cookies.write(c, SESSION_COOKIE, 'id', 60);
    return c.text(cookies.read(c, SESSION_COOKIE) ?? 'none');
  });
  return Promise.resolve(app.request(url, { headers: { host: new URL(url).host, ...headers } })).then(
    async (response) => `${response.headers.get('set-cookie')} | read: ${await response.text()}`,
  );
}

describe('the cookie of a session', () => {
  test.each([
    ['over https', 'https://console.example/', null],
    ['behind what speaks https', 'http://console.example/', 'https://console.example'],
    ['behind what speaks https on a port', 'http://console.example:8443/', 'https://console.example:8443'],
    ['on this machine', 'http://127.0.0.1:4180/', null],
    ['on this machine by name', 'http://localhost:4180/', null],
    ['on this machine by IPv6', 'http://[::1]:4180/', null],
  ])('is guarded by the browser %s', async (_where, url, publicUrl) => {
    expect(await set(url, publicUrl)).toMatch(
      /^__Host-countersign_session=id; Max-Age=60; Path=\/; HttpOnly; Secure; SameSite=Strict/,
    );
  });

  test('is guarded in Chromium, and has another name where Safari would drop it', async () => {
    expect(await set('http://127.0.0.1:4180/', null, { 'user-agent': CHROME })).toContain('__Host-');
    const dropped = await set('http://127.0.0.1:4180/', null, { 'user-agent': SAFARI });
    expect(dropped).toMatch(/^countersign_session=id; Max-Age=60; Path=\/; HttpOnly; SameSite=Strict/);
    expect(await set('https://console.example/', null, { 'user-agent': SAFARI })).toContain('__Host-');
  });

  test('has another name where others can read the connection', async () => {
    expect(await set('http://console.example/', null)).toMatch(/^countersign_session=/);
    expect(await set('http://other.example/', 'https://console.example')).toMatch(/^countersign_session=/);
  });

  test('is not read by the name that anything on this host could have set', async () => {
    const cookie = 'countersign_session=planted';
    expect(await set('http://127.0.0.1:4180/', null, { cookie })).toContain('read: none');
    expect(await set('http://127.0.0.1:4180/', null, { cookie: `__Host-${cookie}` })).toContain(
      'read: planted',
    );
  });
});

test('the cookie of a sign-in comes along when the provider leads back', () => {
  expect(SIGN_IN_COOKIE.sameSite).toBe('Lax');
});
