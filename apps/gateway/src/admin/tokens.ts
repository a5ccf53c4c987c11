// Admin tokens: minted here, shown once, kept only as SHA-256. 256 random bits need no slow hash, and looking one up
// by digest leaks nothing by timing: an attacker does not control the digest of a guess.
import { createHash, randomBytes } from 'node:crypto';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Id } from '@countersign/audit';
import { FIRST_USER } from '../registry/names.ts';
import type { LogWriter } from '../store/types.ts';
import type { AdminReaders } from './deps.ts';
import type { AdminRole } from './roles.ts';
import { adminAction } from './session-entries.ts';

export const TOKEN_FILE = 'admin-token';

const FORM = /^csn_[A-Za-z0-9_-]{43}$/;

/** `csn_` and 32 random bytes, base64url. */
export function mintToken(): string {
  return `csn_${randomBytes(32).toString('base64url')}`;
}

export function isTokenForm(text: string): boolean {
  return FORM.test(text);
}

/** SHA-256, lowercase hex. */
export function tokenDigest(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}

export interface NewToken {
  readonly user: string;
  /** The user's registry id; null for the built-in first user. */
  readonly userUid: Id<'usr'> | null;
  readonly roles: readonly AdminRole[];
  readonly issuedBy: string;
  /** Milliseconds since the epoch; null: until it is removed. */
  readonly expiresAt: number | null;
}

/** Stores a token's digest and records who issued it, in one commit. */
export function storeToken(
  writer: LogWriter,
  token: string,
  grant: NewToken,
  now: number,
): ReturnType<LogWriter['commit']> {
  const detail = {
    user: grant.user,
    roles: grant.roles,
    issuedBy: grant.issuedBy,
    expiresAt: grant.expiresAt,
  };
  return writer.commit({
    entries: [adminAction('token_issued', grant.userUid, detail)],
    changes: [
      {
        insert: 'admin_tokens',
        row: {
          digest: tokenDigest(token),
          user_name: grant.user,
          roles: JSON.stringify(grant.roles),
          created_at: now,
          expires_at: grant.expiresAt,
        },
      },
    ],
  });
}

export interface Revocation {
  readonly digest: string;
  /** Until when it was to be good, as it was read; another now is a lost race. */
  readonly expiresAt: number | null;
  readonly user: string;
  readonly userUid: Id<'usr'> | null;
  readonly roles: readonly string[];
  readonly revokedBy: string;
  readonly reason: string;
  /** Digest of a token that must still be good for ever when this one ends; null where there need be none. */
  readonly unless: string | null;
}

/**
 * Ends a token and records who ended it, in one commit. Its row stays, as one that is over: a folder without any would be given
 * a first token anew.
 */
export function revokeToken(
  writer: LogWriter,
  { digest, expiresAt, userUid, unless, ...said }: Revocation,
  now: number,
): ReturnType<LogWriter['commit']> {
  const other = unless === null ? [] : [{ digest: unless, expires_at: null }];
  const asRead = [{ digest, expires_at: expiresAt }, ...other];
  return writer.commit({
    entries: [adminAction('token_revoked', userUid, said)],
    changes: [{ update: 'admin_tokens', set: { expires_at: now }, where: { digest } }],
    preconditions: asRead.map((where) => ({ table: 'admin_tokens', where, expect: 'exists' })),
  });
}

/**
 * On the first start of a data folder: makes the first token, leaves it in `<data>/admin-token` (mode 0600), and
 * returns it so that it can be printed once. Later: null.
 *
 * Errors: throws when the file or the log cannot be written; the gateway must not start then.
 */
export async function ensureFirstToken(input: {
  readonly dataDir: string;
  readonly readers: Pick<AdminReaders, 'adminTokens'>;
  readonly writer: LogWriter;
  readonly now: number;
}): Promise<string | null> {
  if (await input.readers.adminTokens.exist()) return null;
  const token = mintToken();
  // The file comes first: a crash in between leaves a file that the next start replaces, never a lost token.
  await writeOwnerOnly(join(input.dataDir, TOKEN_FILE), `${token}\n`);
  const grant: NewToken = {
    user: FIRST_USER,
    userUid: null,
    roles: ['admin'],
    issuedBy: 'first start',
    expiresAt: null,
  };
  const result = await storeToken(input.writer, token, grant, input.now);
  if (!result.ok) throw new Error(`the first admin token could not be recorded: ${result.code}`);
  return token;
}

async function writeOwnerOnly(path: string, text: string): Promise<void> {
  const draft = `${path}.new`;
  const file = await open(draft, 'w', 0o600);
  try {
    // An older draft keeps its mode through `open`.
    await file.chmod(0o600);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}
