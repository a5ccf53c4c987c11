import { and, asc, type BetterSQLite3Database, eq, placeholder } from '../../drizzle.ts';
import type { RegistryReader } from '../../readers/registry.ts';
import { catalog, objects } from '../schema.ts';

export function createRegistryReader(orm: BetterSQLite3Database): RegistryReader {
  const all = orm.select().from(objects).orderBy(asc(objects.kind), asc(objects.name)).prepare();
  const one = orm
    .select()
    .from(objects)
    .where(and(eq(objects.kind, placeholder('kind')), eq(objects.name, placeholder('name'))))
    .prepare();
  const catalogs = orm.select().from(catalog).orderBy(asc(catalog.upstreamUid)).prepare();
  const ofUpstream = orm
    .select()
    .from(catalog)
    .where(eq(catalog.upstreamUid, placeholder('upstreamUid')))
    .prepare();
  return {
    objects: async () => all.all(),
    object: async (kind, name) => one.get({ kind, name }) ?? null,
    catalogs: async () => catalogs.all(),
    catalog: async (upstreamUid) => ofUpstream.get({ upstreamUid }) ?? null,
  };
}
