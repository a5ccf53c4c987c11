// People sign in by a provider: a real one in a process of its own, a real gateway, a real browser; and what is told when
// it does not work.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Gateway,
  manifest,
  OIDC_CLIENT,
  type OidcProvider,
  spawnGateway,
  startOidcProvider,
} from '@countersign/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { accessibilityFaults, launchBrowser, visit, type Visit } from './browser.ts';

const WAIT = { timeout: 15_000, interval: 50 };

const person = (sub: string, groups: readonly string[], email: string) => ({
  sub,
  claims: { name: `${sub} of Corp`, email, email_verified: true, groups },
});

let folder: string;
let provider: OidcProvider;
let gateway: Gateway;
let browser: Browser;
const opened: Visit[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-sign-in-'));
  provider = await startOidcProvider({
    wanda: person('wanda', ['watchers'], 'wanda@corp.example'),
    nora: person('nora', ['nobody'], 'nora@corp.example'),
    ada: person('ada', ['admins'], 'ada@corp.example'),
  });
  const secret = join(folder, 'secret');
  await writeFile(secret, `${OIDC_CLIENT.secret}\n`, { mode: 0o600 });
  gateway = await spawnGateway({
    dataDir: join(folder, 'data'),
    config: {
      manifests: { 'people.yaml': manifest('Team', 'platform', {}) },
      policies: {},
      config: {
        adminPlane: {
          port: 0,
          oidc: {
            name: 'Corp',
            issuer: provider.url,
            clientId: OIDC_CLIENT.id,
            clientSecret: { file: secret },
            roles: { watchers: ['viewer'], admins: ['admin'] },
            contact: 'the platform team',
          },
        },
      },
    },
  });
  browser = await launchBrowser();
});
afterEach(async () => {
  for (const { context } of opened.splice(0)) await context.close();
  await provider.set({ hostility: 'none' });
});
afterAll(async () => {
  await browser?.close();
  await gateway?.dispose();
  await provider?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function open(path = '/'): Promise<Visit> {
  const visited = await visit(browser, gateway.admin);
  opened.push(visited);
  await visited.page.goto(`${gateway.admin}${path}`);
  await visited.page.getByRole('link', { name: 'Sign in with Corp' }).waitFor();
  return visited;
}
async function asAdmin<T>(path: string): Promise<T> {
  const response = await fetch(`${gateway.admin}/api/v1${path}`, {
    headers: { authorization: `Bearer ${gateway.adminToken}` },
  });
  return (await response.json()) as T;
}
/** Cookies know no ports: the provider on this machine has its own beside them. */
const ofGateway = async (context: Visit['context']) =>
  (await context.cookies(gateway.admin)).filter(({ name }) => name.includes('countersign'));
type Entries = {
  readonly entries: readonly { readonly kind: string; readonly body: Record<string, unknown> }[];
};

describe('a person at the console', () => {
  test('signs in by the provider, is back where they were, sees the console, and signs out of both', async () => {
    const { page, context, errors, strayed } = await open('/approvals');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('link', { name: 'Sign in with Corp' }).click();
    await page.getByRole('link', { name: 'Sign in as wanda' }).click();
    await page.getByRole('button', { name: /wanda@corp\.example/ }).waitFor();
    expect(page.url()).toBe(`${gateway.admin}/approvals`);

    const cookies = await ofGateway(context);
    const [session] = cookies;
    expect(cookies).toHaveLength(1);
    expect(session).toMatchObject({
      name: '__Host-countersign_session',
      httpOnly: true,
      secure: true,
      sameSite: 'Strict',
      path: '/',
    });
    const kept: unknown = await page.evaluate(
      'JSON.stringify([localStorage, sessionStorage, document.cookie])',
    );
    expect(kept).not.toMatch(/eyJ|countersign_session/);
    expect(await page.evaluate("fetch('/api/v1/session').then((answer) => answer.json())")).toMatchObject({
      user: 'wanda@corp.example',
      displayName: 'wanda of Corp',
      roles: ['viewer'],
      method: 'oidc',
      provider: 'Corp',
    });

    // The way to the provider and back is the only time that the browser leaves the console.
    expect(strayed.filter((url) => !url.startsWith(`${provider.url}/`))).toEqual([]);
    expect(errors).toEqual([]);

    await page.getByRole('button', { name: /wanda@corp\.example/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Sign in with Corp' }).waitFor();
    await vi.waitFor(async () => expect((await provider.seen()).signOuts).toHaveLength(1), WAIT);
    expect((await provider.seen()).signOuts).toEqual([
      { client_id: OIDC_CLIENT.id, post_logout_redirect_uri: `${gateway.admin}/` },
    ]);
    expect(await ofGateway(context)).toEqual([]);
    const { entries } = await asAdmin<Entries>('/log/entries?kind=admin.action');
    const actions = entries.map(({ body }) => body['action']);
    expect(actions).toContain('session_opened');
    expect(actions).toContain('session_closed');
  });

  test('reads in words why they were not let in, and whom to ask', async () => {
    const { page, context } = await open();
    await page.getByRole('link', { name: 'Sign in with Corp' }).click();
    await page.getByRole('link', { name: 'Sign in as nora' }).click();
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.innerText()).toContain('none of your groups has a role here');
    expect(await alert.innerText()).toContain('the platform team');
    expect(page.url()).toBe(`${gateway.admin}/`);
    expect(await ofGateway(context)).toEqual([]);
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test('hears that the provider said no', async () => {
    await provider.set({ hostility: 'denies' });
    const { page } = await open();
    await page.getByRole('link', { name: 'Sign in with Corp' }).click();
    await page.getByRole('link', { name: 'Sign in as wanda' }).click();
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.innerText()).toContain('The provider did not sign you in');
  });

  test('signs in with a token while the provider is away, and that is told', async () => {
    await provider.set({ hostility: 'away' });
    const { page } = await open();
    await page.getByLabel('Access token').fill(gateway.adminToken ?? '');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('button', { name: /admin/ }).first().waitFor();
    const session: unknown = await page.evaluate("fetch('/api/v1/session').then((answer) => answer.json())");
    expect(session).toMatchObject({ user: 'admin', method: 'token', breakGlass: true });
    expect(gateway.stderr()).toContain('the token of the built-in user `admin` opened a session');
    const { entries } = await asAdmin<Entries>('/log/entries?kind=admin.action');
    expect(entries.some(({ body }) => body['action'] === 'break_glass')).toBe(true);
  });
});

describe('a gateway whose provider is away from the start', () => {
  test('starts, says so, lets tokens in, and people as soon as it is there', async () => {
    const absent = await startOidcProvider({ ada: person('ada', ['admins'], 'ada@corp.example') });
    const port = Number(new URL(absent.url).port);
    await absent.stop();
    const data = await mkdtemp(join(tmpdir(), 'countersign-away-'));
    const alone = await spawnGateway({
      dataDir: join(data, 'data'),
      env: { OIDC_SECRET: OIDC_CLIENT.secret },
      config: {
        manifests: { 'people.yaml': manifest('Team', 'platform', {}) },
        policies: {},
        config: {
          adminPlane: {
            port: 0,
            oidc: {
              issuer: absent.url,
              clientId: OIDC_CLIENT.id,
              clientSecret: { env: 'OIDC_SECRET' },
              roles: { admins: ['admin'] },
            },
          },
        },
      },
    });
    const get = (path: string): Promise<Response> => fetch(`${alone.admin}${path}`, { redirect: 'manual' });
    const options = async () =>
      (await (await get('/api/v1/session/options')).json()) as { oidc: { state: string } };
    try {
      expect((await options()).oidc.state).toBe('away');
      expect((await get('/api/v1/session/oidc/start?return=/log')).headers.get('location')).toBe(
        '/log#sign-in=provider_away',
      );
      const token = { authorization: `Bearer ${alone.adminToken}` };
      expect((await fetch(`${alone.admin}/api/v1/session`, { method: 'POST', headers: token })).status).toBe(
        201,
      );

      const back = await startOidcProvider({ ada: person('ada', ['admins'], 'ada@corp.example') }, { port });
      try {
        await vi.waitFor(async () => expect((await options()).oidc.state).toBe('ready'), {
          timeout: 60_000,
          interval: 250,
        });
        const out = await get('/api/v1/session/oidc/start');
        const [cookie = ''] = out.headers.getSetCookie();
        const here = await back.signIn(out.headers.get('location') ?? '', 'ada');
        const done = await fetch(here, {
          redirect: 'manual',
          headers: { cookie: cookie.split(';')[0] ?? '' },
        });
        expect(done.headers.get('location')).toBe('/#sign-in=done');
      } finally {
        await back.stop();
      }
    } finally {
      await alone.dispose();
      await rm(data, { recursive: true, force: true });
    }
  });
});
