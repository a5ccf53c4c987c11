import { type BetterSQLite3Database, desc, eq, placeholder } from '../../drizzle.ts';
import type { AdminTokenReader } from '../../readers/admin-tokens.ts';
import { adminTokens } from '../schema.ts';

export function createAdminTokenReader(orm: BetterSQLite3Database): AdminTokenReader {
  const { digest, userName, roles, createdAt, expiresAt } = adminTokens;
  const byDigest = orm
    .select({ userName, roles, createdAt, expiresAt })
    .from(adminTokens)
    .where(eq(adminTokens.digest, placeholder('digest')))
    .prepare();
  const all = orm
    .select({ digest, userName, roles, createdAt, expiresAt })
    .from(adminTokens)
    .orderBy(desc(createdAt), digest)
    .prepare();
  const any = orm.select({ createdAt }).from(adminTokens).limit(1).prepare();
  return {
    byDigest: async (of) => byDigest.get({ digest: of }) ?? null,
    all: async () => all.all(),
    exist: async () => any.get() !== undefined,
  };
}
