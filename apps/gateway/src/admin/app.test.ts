import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AdminUnderTest, startAdmin } from './testing/admin-under-test.ts';

interface Operation {
  readonly security?: readonly unknown[];
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

let admin: AdminUnderTest;
let document: Document;
beforeAll(async () => {
  admin = await startAdmin();
  document = (await (await admin.request('/api/v1/openapi.json')).json()) as Document;
});
afterAll(() => admin.close());

describe('the OpenAPI document', () => {
  test('needs no token and tells every route', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths).sort()).toEqual([
      '/agents',
      '/agents/{name}',
      '/agents/{name}/permissions',
      '/agents/{name}/quarantine',
      '/agents/{name}/release',
      '/apply',
      '/approvals',
      '/approvals/{id}',
      '/approvals/{id}/reviews',
      '/approvals/{id}/revoke',
      '/calls',
      '/calls/counts',
      '/calls/search-text',
      '/calls/stream',
      '/calls/tallies',
      '/calls/{id}',
      '/calls/{id}/proofs',
      '/calls/{id}/reveal',
      '/chains',
      '/chains/{id}',
      '/changes',
      '/changes/{id}',
      '/changes/{id}/reviews',
      '/changes/{id}/withdraw',
      '/checkpoints',
      '/erasures',
      '/exports',
      '/exposures',
      '/exposures/clear',
      '/graph',
      '/holds',
      '/holds/{id}/lift',
      '/inventory/agents',
      '/inventory/unregistered',
      '/log',
      '/log/checkpoint',
      '/log/entries',
      '/log/keys',
      '/log/proof/consistency',
      '/log/proof/inclusion',
      '/log/trust',
      '/overview',
      '/policies',
      '/policies/check',
      '/policies/compare',
      '/policies/diff',
      '/policies/names',
      '/policies/publish',
      '/policies/rollback',
      '/policies/shadow',
      '/policies/simulate',
      '/policies/test',
      '/policies/versions',
      '/policies/versions/{version}',
      '/retention',
      '/session',
      '/session/oidc/callback',
      '/session/oidc/logout',
      '/session/oidc/start',
      '/session/options',
      '/sessions',
      '/sessions/{id}',
      '/settings',
      '/sinks',
      '/tokens',
      '/tokens/{id}/revoke',
      '/upstreams',
      '/upstreams/{name}/definitions',
      '/upstreams/{name}/definitions/accept',
      '/upstreams/{name}/definitions/text',
      '/users',
      '/users/{name}/tokens',
      '/views',
      '/views/{name}',
    ]);
  });
});

describe('without a valid credential', () => {
  test('every route that is not marked public answers 401 with one text', async () => {
    const closed = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, operation]) => operation.security?.length !== 0)
        .map(([method]) => ({ method: method.toUpperCase(), path: path.replaceAll(/\{\w+\}/g, 'x') })),
    );
    expect(closed.length).toBeGreaterThan(18);
    const credentials: Record<string, string>[] = [
      {},
      { authorization: 'Bearer wrong' },
      { authorization: `Bearer csn_${'A'.repeat(43)}` },
      { authorization: `Basic ${btoa('admin:admin')}` },
      { cookie: `__Host-countersign_session=${'A'.repeat(43)}` },
    ];
    for (const { method, path } of closed) {
      for (const headers of credentials) {
        const own = 'cookie' in headers ? { ...headers, 'sec-fetch-site': 'same-origin' } : headers;
        const response = await admin.request(`/api/v1${path}`, { method, headers: own });
        const what = `${method} ${path} with ${JSON.stringify(headers)}`;
        expect([what, response.status]).toEqual([what, 401]);
        expect(response.headers.get('www-authenticate')).toContain('Bearer');
        expect(await response.json()).toEqual({
          error: {
            code: 'unauthenticated',
            message: expect.stringContaining('no valid admin token') as string,
          },
        });
      }
    }
  });

  test('a path that does not exist says no more than one that does', async () => {
    expect((await admin.request('/api/v1/secrets')).status).toBe(401);
  });

  test('health tells whether it is alive and whether it serves', async () => {
    for (const path of ['/health/live', '/health/ready']) {
      const response = await admin.request(path);
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ status: 'ok' });
    }
  });
});

describe('a user who was deactivated', () => {
  test('has a token that no longer works', async () => {
    const token = await admin.tokenFor('greta', ['viewer']);
    expect((await admin.request('/api/v1/calls', { token })).status).toBe(401);
  });
});

describe('a request by another name', () => {
  test.each(['evil.example', 'evil.example:4180', '127.0.0.1.evil.example', ''])(
    '`%s` is refused',
    async (host) => {
      for (const path of ['/api/v1/calls', '/api/v1/log/checkpoint', '/', '/health/live']) {
        const response = await admin.request(path, { token: admin.adminToken, headers: { host } });
        expect([path, response.status]).toEqual([path, 403]);
      }
    },
  );

  test.each(['127.0.0.1:4180', 'localhost:9', '[::1]:4180', 'admin.example', 'ADMIN.example:443'])(
    '`%s` is ours',
    async (host) => {
      expect(
        (await admin.request('/api/v1/calls', { token: admin.adminToken, headers: { host } })).status,
      ).toBe(200);
    },
  );
});

describe('the console', () => {
  test('says that it is not built, when it is not', async () => {
    const response = await admin.request('/');
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('The console is not built');
  });

  test('is served with types, caching and a strict policy', async () => {
    const dir = admin.deps.settings.consoleDir;
    await mkdir(join(dir, 'assets'), { recursive: true });
    await writeFile(join(dir, 'index.html'), '<!doctype html><title>Countersign</title>');
    await writeFile(join(dir, 'assets', 'index-abc123.js'), 'export {};');
    await writeFile(join(admin.dataDir, 'secret.txt'), 'secret');

    const page = await admin.request('/');
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');

    const script = await admin.request('/assets/index-abc123.js');
    expect(script.headers.get('content-type')).toContain('text/javascript');
    expect(script.headers.get('cache-control')).toContain('immutable');

    const deep = await admin.request('/calls/call_1');
    expect(await deep.text()).toContain('<title>Countersign</title>');
    expect((await admin.request('/assets/gone.js')).status).toBe(404);
    for (const path of [
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/assets/..%5c..%5csecret.txt',
    ]) {
      const text = await (await admin.request(path)).text();
      expect([path, text]).not.toEqual([path, 'secret']);
    }
  });
});

test('an internal error is reported here and not told there', async () => {
  await admin.store.commit({
    entries: [],
    changes: [
      {
        put: 'policy_sets',
        row: { digest: 'x', sources: '{', author: 'nobody', activated_at: 0, active: 1 },
      },
    ],
  });
  const response = await admin.request('/api/v1/policies', { token: admin.adminToken });
  expect(response.status).toBe(500);
  expect(await response.json()).toMatchObject({ error: { code: 'internal' } });
  expect(admin.faults).toHaveLength(1);
});
