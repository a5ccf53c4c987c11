// SQLite's own view of its file: pages, indexes, constraints.
import type { Check } from './check.ts';

export const databaseCheck: Check = {
  name: 'database',
  start: ({ db }, found) => ({
    end() {
      const rows = db.prepare<[], string>('PRAGMA integrity_check(1000)').pluck().all();
      for (const row of rows)
        if (row !== 'ok') found({ place: null, message: `the database file is damaged: ${row}` });
      return { checked: Number(db.pragma('page_count', { simple: true })) };
    },
  }),
};
