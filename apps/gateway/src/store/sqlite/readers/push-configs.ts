import type Database from 'better-sqlite3';
import { asc, type BetterSQLite3Database, eq, placeholder } from '../../drizzle.ts';
import { openCell } from '../../payload/cells.ts';
import { openerOf } from '../../payload/opener.ts';
import type { PushConfigReader, PushConfigRecord } from '../../readers/push-configs.ts';
import { pushConfigs } from '../schema.ts';

export function createPushConfigReader(db: Database.Database, orm: BetterSQLite3Database): PushConfigReader {
  const opener = openerOf(db);
  const readable = (row: typeof pushConfigs.$inferSelect): PushConfigRecord => {
    const parked = openCell(opener, { table: 'push_configs', column: 'parked', row: row.id }, row.parked);
    return { ...row, parked: parked === null || parked.length === 0 ? null : parked };
  };
  const by = (column: 'secret' | 'task' | 'message' | 'agentUid') => {
    const found = orm
      .select()
      .from(pushConfigs)
      .where(eq(pushConfigs[column], placeholder('value')))
      .orderBy(asc(pushConfigs.createdAt), asc(pushConfigs.id))
      .prepare();
    return (value: string): readonly PushConfigRecord[] => found.all({ value }).map(readable);
  };
  const [bySecret, ofTask, ofMessage, ofAgent] = [by('secret'), by('task'), by('message'), by('agentUid')];
  return {
    bySecret: async (secret) => bySecret(secret)[0] ?? null,
    ofTask: async (task) => ofTask(task),
    ofMessage: async (call) => ofMessage(call),
    ofAgent: async (agentUid) => ofAgent(agentUid),
  };
}
