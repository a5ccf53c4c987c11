import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Credential } from '../registry/types.ts';
import { credentialHeaders } from './credentials.ts';

async function headersOf(credential: Credential, env: Record<string, string> = {}) {
  const result = await credentialHeaders(credential, env);
  return result.ok ? Object.fromEntries(result.value) : result.error;
}

describe('the credential of an upstream', () => {
  it('is no header where there is none', async () => {
    expect(await headersOf({ kind: 'none' })).toEqual({});
  });

  it('is a bearer token from the environment', async () => {
    expect(await headersOf({ kind: 'bearer', env: 'TOKEN' }, { TOKEN: 'abc.def-_~+/==\n' })).toEqual({
      authorization: 'Bearer abc.def-_~+/==',
    });
  });

  it('is read from its file each time it is used', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'credential-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'token');
    for (const token of ['first', 'second']) {
      await writeFile(file, `${token}\n`);
      expect(await headersOf({ kind: 'bearer', file })).toEqual({ authorization: `Bearer ${token}` });
    }
  });

  it.each([
    ['is not set', { kind: 'bearer', env: 'ABSENT' }, 'the environment variable `ABSENT` is not set'],
    [
      'has no file',
      { kind: 'bearer', file: '/nonexistent/token' },
      '`/nonexistent/token` cannot be read (ENOENT)',
    ],
    ['is empty', { kind: 'bearer', env: 'EMPTY' }, '`EMPTY` does not hold a bearer token'],
    ['would end the header', { kind: 'bearer', env: 'SPLIT' }, '`SPLIT` does not hold a bearer token'],
  ] as const)(
    'that %s is named to the operator, and hidden from the caller',
    async (_name, credential, reason) => {
      const error = await headersOf(credential, { EMPTY: ' ', SPLIT: 'a\r\nx-admin: yes' });
      expect(error).toMatchObject({ code: 'upstream_unavailable' });
      expect(error['reason']).toContain(reason);
      expect(error['message']).not.toMatch(/ABSENT|nonexistent|EMPTY|SPLIT/);
      expect(JSON.stringify(error)).not.toContain('x-admin');
    },
  );
});
