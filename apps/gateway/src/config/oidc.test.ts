import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Config, loadConfig } from '../config.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function load(adminPlane: object) {
  const file = join(folder, 'config.yaml');
  writeFileSync(file, JSON.stringify({ adminPlane }));
  return loadConfig(file);
}
async function oidcOf(oidc: object): Promise<NonNullable<Config['adminPlane']['oidc']>> {
  const loaded = await load({ oidc });
  if (!loaded.ok || loaded.value.adminPlane.oidc === null) throw new Error(JSON.stringify(loaded));
  return loaded.value.adminPlane.oidc;
}
async function complaint(adminPlane: object): Promise<string> {
  const loaded = await load(adminPlane);
  return loaded.ok ? '' : loaded.error.map(({ message }) => message).join('\n');
}

const least = { issuer: 'https://id.example', clientId: 'console', roles: { staff: ['viewer'] } };

describe('the provider of the console', () => {
  test('has a safe default for everything but who it is and what its groups stand for', async () => {
    expect(await oidcOf(least)).toEqual({
      ...least,
      name: 'id.example',
      clientSecret: null,
      scopes: ['openid', 'profile', 'email'],
      userClaim: 'email',
      groupsClaim: 'groups',
      groups: {},
      contact: null,
      recheckMinutes: 10,
      shortSessionMinutes: 60,
      membershipHours: 24,
      clockToleranceSeconds: 5,
      authorizationParameters: {},
    });
  });

  test('is documented key by key, with its defaults', async () => {
    const page = readFileSync(
      new URL('../../../../docs/how-to/sign-in-with-oidc.md', import.meta.url),
      'utf8',
    );
    const rows = new Map(
      [...page.matchAll(/^\| `([A-Za-z]+)` \| (.+?) \| .+ \|$/gm)].map((row) => [
        row[1],
        row[2]?.replaceAll('`', ''),
      ]),
    );
    const config = await oidcOf(least);
    expect(new Set(rows.keys())).toEqual(new Set(Object.keys(config)));
    const wanted = Object.entries(config).map(([key, value]) => [key, defaultOf(key, value)]);
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(wanted));
  });

  test('finds its secret where it is named, relative to the file', async () => {
    expect((await oidcOf({ ...least, clientSecret: { file: 'secret' } })).clientSecret).toEqual({
      file: join(folder, 'secret'),
    });
    expect((await oidcOf({ ...least, clientSecret: { env: 'SECRET' } })).clientSecret).toEqual({
      env: 'SECRET',
    });
  });

  test.each([
    ['a secret in the file', { clientSecret: 's3cret' }, 'adminPlane.oidc.clientSecret'],
    ['both places of a secret', { clientSecret: { env: 'A', file: 'b' } }, 'exactly one of `env` and `file`'],
    ['an issuer that others can listen to', { issuer: 'http://id.example' }, 'must be an https URL'],
    ['no role at all', { roles: {} }, 'must map at least one group'],
    ['a role that there is not', { roles: { staff: ['root'] } }, 'must be one of `viewer`'],
    ['an empty list of roles', { roles: { staff: [] } }, 'must name at least one'],
    ['scopes without `openid`', { scopes: ['email'] }, 'must include `openid`'],
    ['a parameter that the gateway sets', { authorizationParameters: { state: 'x' } }, 'sets itself'],
    ['an unknown key', { rolls: {} }, 'did you mean `roles`'],
  ])('is refused with %s', async (_what, more, message) => {
    expect(await complaint({ oidc: { ...least, ...more } })).toContain(message);
  });

  test.each([
    [{ host: '0.0.0.0' }, 'is missing while people sign in'],
    [{ host: '10.0.0.5' }, 'is missing while people sign in'],
    [{ publicUrl: 'http://console.example' }, 'set it to the https address'],
  ])('needs an address of the console that nobody else can read: %j', async (plane, message) => {
    expect(await complaint({ ...plane, oidc: least })).toContain(message);
    expect(await complaint({ host: '0.0.0.0', publicUrl: 'https://console.example', oidc: least })).toBe('');
  });
});

function defaultOf(key: string, value: unknown): string {
  if (key in least) return 'required';
  if (key === 'name') return 'host of issuer';
  if (value === null) return 'none';
  if (Array.isArray(value)) return `[${value.join(', ')}]`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
