import type Database from 'better-sqlite3';
import type { KeyManifestRecord, KeyReader } from '../../readers/keys.ts';

export function createKeyReader(db: Database.Database): KeyReader {
  const newest = db.prepare<[], KeyManifestRecord>(
    'SELECT serial, note, overlap_until AS overlapUntil, created_at AS createdAt FROM key_manifests ORDER BY serial DESC LIMIT 1',
  );
  return { manifest: () => newest.get() ?? null };
}
