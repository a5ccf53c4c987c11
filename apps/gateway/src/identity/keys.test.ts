import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { keyCreated, openCheckpointKey, openSigningKey } from './keys.ts';
import { openRandomSecret } from './secret-file.ts';

const folders: string[] = [];
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'countersign-keys-'));
  folders.push(made);
  return made;
}
afterAll(() => {
  for (const made of folders) rmSync(made, { recursive: true });
});

describe('a key of the gateway', () => {
  test('is made once, for its owner only, and is the same at every start', async () => {
    const data = folder();
    const first = await openSigningKey(data, 'call_token');
    const second = await openSigningKey(data, 'call_token');
    if (!first.ok || !second.ok) throw new Error('the key could not be opened');
    expect([first.value.isNew, second.value.isNew]).toEqual([true, false]);
    expect(second.value.publicJwk).toEqual(first.value.publicJwk);
    expect(first.value.publicJwk).not.toHaveProperty('d');
    expect(first.value.privateKey.extractable).toBe(false);
    expect(statSync(join(data, 'keys')).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(data, 'keys'))).toEqual(['call-token.jwk']);
    expect(statSync(join(data, 'keys', 'call-token.jwk')).mode & 0o777).toBe(0o600);
  });

  test('is one key although several starts make it at once', async () => {
    const data = folder();
    const opened = await Promise.all(Array.from({ length: 8 }, () => openSigningKey(data, 'card')));
    const kids = new Set(opened.map((key) => (key.ok ? key.value.kid : key.error)));
    expect(kids.size).toBe(1);
    expect(opened.filter((key) => key.ok && key.value.isNew)).toHaveLength(1);
  });

  test.each([
    ['that others can read', (path: string) => chmodSync(path, 0o640), 'run `chmod 600'],
    ['that is a link', (path: string) => relink(path), 'is no plain file'],
    ['that is damaged', (path: string) => writeFileSync(path, '{'), 'holds no private EdDSA key'],
    [
      'of another kind',
      (path: string) => writeFileSync(path, readFileSync(path, 'utf8').replace('Ed25519', 'X25519')),
      'holds no private EdDSA key',
    ],
  ])('is refused in a file %s', async (_, spoil, message) => {
    const data = folder();
    await openSigningKey(data, 'call_token');
    spoil(join(data, 'keys', 'call-token.jwk'));
    const opened = await openSigningKey(data, 'call_token');
    if (opened.ok) throw new Error('the key was accepted');
    expect(opened.error).toContain(message);
    expect(opened.error).not.toMatch(/"d"/);
  });

  test('for checkpoints belongs to one log', async () => {
    const data = folder();
    const made = await openCheckpointKey(data, 'gateway.example/log');
    const again = await openCheckpointKey(data, 'gateway.example/log');
    if (!made.ok || !again.ok) throw new Error('the key could not be opened');
    expect(again.value.signer.vkey).toBe(made.value.signer.vkey);
    expect(again.value.publicJwk).toEqual(made.value.publicJwk);
    expect(await openCheckpointKey(data, 'other.example/log')).toMatchObject({
      ok: false,
      error: expect.stringContaining('set `log.origin` to its name'),
    });
  });

  test('is announced by its thumbprint and its public half only', async () => {
    const key = await openSigningKey(folder(), 'card');
    if (!key.ok) throw new Error(key.error);
    const entry = await keyCreated('card', key.value.publicJwk);
    expect(entry.body).toEqual({
      role: 'card',
      key: Buffer.from(key.value.kid, 'base64url').toString('hex'),
    });
    expect(JSON.parse(String(entry.details.public))).toEqual(key.value.publicJwk);
  });
});

describe('a random secret', () => {
  test('is 32 bytes that stay', async () => {
    const data = folder();
    const first = await openRandomSecret(data, 'call-digest');
    expect(first.ok && first.value.length).toBe(32);
    expect(await openRandomSecret(data, 'call-digest')).toEqual(first);
    writeFileSync(join(data, 'keys', 'call-digest.key'), 'short');
    expect(await openRandomSecret(data, 'call-digest')).toMatchObject({ ok: false });
  });
});

function relink(path: string): void {
  const target = `${path}.real`;
  writeFileSync(target, readFileSync(path), { mode: 0o600 });
  rmSync(path);
  symlinkSync(target, path);
}
