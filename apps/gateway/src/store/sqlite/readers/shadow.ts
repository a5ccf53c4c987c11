import type Database from 'better-sqlite3';
import type { ShadowCount, ShadowDifference, ShadowReader, ShadowSetRecord } from '../../readers/shadow.ts';

export function createShadowReader(db: Database.Database): ShadowReader {
  const current = db.prepare<[], ShadowSetRecord>('SELECT digest, sources, author, since FROM shadow_set');
  const counts = db.prepare<[string, number], ShadowCount>(
    `SELECT agent, resource, live, shadow, count(*) AS count, min(at) AS first, max(at) AS last
     FROM shadow_differences WHERE digest = ? GROUP BY agent, resource, live, shadow
     ORDER BY count(*) DESC, agent, resource LIMIT ?`,
  );
  const total = db
    .prepare<[string], number>('SELECT count(*) FROM shadow_differences WHERE digest = ?')
    .pluck();
  const latest = db.prepare<[string, number], ShadowDifference>(
    `SELECT call, round, agent, resource, live, shadow, at
     FROM shadow_differences WHERE digest = ? ORDER BY at DESC, call LIMIT ?`,
  );
  return {
    current: async () => current.get() ?? null,
    counts: async (digest, limit) => counts.all(digest, limit),
    total: async (digest) => total.get(digest) ?? 0,
    latest: async (digest, limit) => latest.all(digest, limit),
  };
}
