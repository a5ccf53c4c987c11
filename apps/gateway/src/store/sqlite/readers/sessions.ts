// On the path of every call with a session: a prepared statement without a query builder in between.
import type Database from 'better-sqlite3';
import type { SessionReader, SessionRecord } from '../../readers/sessions.ts';

export function createSessionReader(db: Database.Database): SessionReader {
  const get = db.prepare<[string, string], SessionRecord>(
    `SELECT upstream_uid AS upstreamUid, id, agent_uid AS agentUid, subject, revision,
       created_at AS createdAt, closed_at AS closedAt
     FROM sessions WHERE upstream_uid = ? AND id = ?`,
  );
  return { get: async (upstreamUid, id) => get.get(upstreamUid, id) ?? null };
}
