import { type BetterSQLite3Database, desc, eq, placeholder, sql } from '../drizzle.ts';
import type { PolicyReader } from '../readers/policies.ts';
import { policySets, policyVersions } from './schema.ts';

export function createPolicyReader(orm: BetterSQLite3Database): PolicyReader {
  const active = orm.select().from(policySets).where(sql`${policySets.active} = 1`).prepare();
  const byDigest = orm
    .select()
    .from(policySets)
    .where(eq(policySets.digest, placeholder('digest')))
    .prepare();
  const history = orm
    .select()
    .from(policySets)
    .orderBy(desc(policySets.activatedAt))
    .limit(placeholder('limit'))
    .prepare();
  const version = orm
    .select()
    .from(policyVersions)
    .where(eq(policyVersions.version, placeholder('version')))
    .prepare();
  const versions = orm
    .select()
    .from(policyVersions)
    .orderBy(desc(policyVersions.version))
    .limit(placeholder('limit'))
    .prepare();
  return {
    active: async () => active.get() ?? null,
    get: async (digest) => byDigest.get({ digest }) ?? null,
    history: async (limit) => history.all({ limit }),
    version: async (number) => version.get({ version: number }) ?? null,
    versions: async (limit) => versions.all({ limit }),
  };
}
