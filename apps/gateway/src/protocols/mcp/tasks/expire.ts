// Tasks whose time is over: nobody can ask for them any more, and what is known of their end goes on record without a result. So
// the table stays small, and old entries can be archived (docs/adr/0024).
import { taskHolder } from '../../../obligations/held-masks.ts';
import type { Deps } from '../../../pipeline/deps.ts';
import { changed, settled, type TaskReaders } from './rows.ts';
import { endOf } from './states.ts';

/** At once: other commits must not wait for it. */
const BATCH = 100;

/** Returns how many tasks were forgotten. */
export async function forgetExpired(
  { now, writer }: Pick<Deps, 'now' | 'writer'>,
  readers: TaskReaders,
): Promise<number> {
  let forgotten = 0;
  for (;;) {
    const rows = await readers.tasks.expired(now(), BATCH);
    const before = forgotten;
    for (const row of rows) {
      const end = endOf(row);
      // Of one that is settled, or was never seen to end, there is nothing left to say.
      const { entries, preconditions } =
        end === null
          ? { entries: [], ...changed(row, {}, now()) }
          : await settled(row, end, null, now(), readers);
      const done = await writer.commit({
        entries,
        changes: [
          { remove: 'tasks', where: { id: row.id } },
          { remove: 'masks', where: { holder: taskHolder(row.id) } },
        ],
        preconditions,
      });
      // Where somebody asked for it in this moment, the next time is soon enough.
      if (done.ok) forgotten += 1;
      else if (done.code === 'log_unavailable') return forgotten;
    }
    if (rows.length < BATCH || forgotten === before) return forgotten;
  }
}
