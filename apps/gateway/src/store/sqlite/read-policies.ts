import { type BetterSQLite3Database, desc, eq, placeholder, sql } from '../drizzle.ts';
import type { PolicyReader } from '../readers/policies.ts';
import { policySets } from './schema.ts';

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
  return {
    active: async () => active.get() ?? null,
    get: async (digest) => byDigest.get({ digest }) ?? null,
    history: async (limit) => history.all({ limit }),
  };
}
