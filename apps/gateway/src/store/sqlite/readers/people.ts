import { asc, type BetterSQLite3Database } from '../../drizzle.ts';
import type { PeopleReader } from '../../readers/people.ts';
import { people } from '../schema.ts';

export function createPeopleReader(orm: BetterSQLite3Database): PeopleReader {
  const all = orm.select().from(people).orderBy(asc(people.name)).prepare();
  return { all: async () => all.all() };
}
