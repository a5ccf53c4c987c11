import { stat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startAdmin } from './testing/admin-under-test.ts';
import { ensureFirstToken, isTokenForm, mintToken, TOKEN_FILE, tokenDigest } from './tokens.ts';

test('a token is `csn_` and 256 random bits, never twice the same', () => {
  const tokens = Array.from({ length: 100 }, mintToken);
  expect(new Set(tokens).size).toBe(100);
  for (const token of tokens) expect(isTokenForm(token)).toBe(true);
  expect(isTokenForm('csn_short')).toBe(false);
});

test('the first token lies in a file for its owner only, is stored by digest, and is made once', async () => {
  const admin = await startAdmin();
  try {
    const path = join(admin.dataDir, TOKEN_FILE);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await readFile(path, 'utf8')).trim()).toBe(admin.adminToken);
    const stored = await admin.store.readers.adminTokens.byDigest(tokenDigest(admin.adminToken));
    expect(stored).toMatchObject({ userName: 'admin', roles: ['admin'], expiresAt: null });
    const again = { dataDir: admin.dataDir, readers: admin.store.readers, writer: admin.store, now: 0 };
    expect(await ensureFirstToken(again)).toBeNull();
  } finally {
    await admin.close();
  }
});
