import { type BetterSQLite3Database, eq, placeholder } from '../drizzle.ts';
import type { AdminTokenReader } from '../readers/admin-tokens.ts';
import { adminTokens } from './schema.ts';

export function createAdminTokenReader(orm: BetterSQLite3Database): AdminTokenReader {
  const { userName, roles, createdAt, expiresAt } = adminTokens;
  const byDigest = orm
    .select({ userName, roles, createdAt, expiresAt })
    .from(adminTokens)
    .where(eq(adminTokens.digest, placeholder('digest')))
    .prepare();
  const any = orm.select({ createdAt }).from(adminTokens).limit(1).prepare();
  return {
    byDigest: async (digest) => byDigest.get({ digest }) ?? null,
    exist: async () => any.get() !== undefined,
  };
}
