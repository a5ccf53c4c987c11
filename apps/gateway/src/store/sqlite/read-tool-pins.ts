// Read whole, at the start: what is read on the path of calls is kept in memory.
import type Database from 'better-sqlite3';
import type { ToolPinReader, ToolPinRecord } from '../readers/tool-pins.ts';

export function createToolPinReader(db: Database.Database): ToolPinReader {
  const all = db.prepare<[], ToolPinRecord>(
    `SELECT upstream_uid AS upstreamUid, tool, definition, digest,
       accepted_by AS acceptedBy, accepted_at AS acceptedAt
     FROM tool_pins ORDER BY upstream_uid, tool`,
  );
  return { all: async () => all.all() };
}
