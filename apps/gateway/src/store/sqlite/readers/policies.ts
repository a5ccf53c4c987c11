import { type BetterSQLite3Database, columnsOfTable, desc, eq, placeholder, sql } from '../../drizzle.ts';
import type { PolicyReader } from '../../readers/policies.ts';
import { policySets, policyVersions } from '../schema.ts';

export function createPolicyReader(orm: BetterSQLite3Database): PolicyReader {
  // What a set was typed by is large, and asked for by itself.
  const { typedBy, ...columns } = columnsOfTable(policySets);
  const active = orm.select(columns).from(policySets).where(sql`${policySets.active} = 1`).prepare();
  const byDigest = orm
    .select(columns)
    .from(policySets)
    .where(eq(policySets.digest, placeholder('digest')))
    .prepare();
  const typed = orm
    .select({ typedBy })
    .from(policySets)
    .where(eq(policySets.digest, placeholder('digest')))
    .prepare();
  const history = orm
    .select(columns)
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
    typedBy: async (digest) => typed.get({ digest })?.typedBy ?? null,
    history: async (limit) => history.all({ limit }),
    version: async (number) => version.get({ version: number }) ?? null,
    versions: async (limit) => versions.all({ limit }),
  };
}
