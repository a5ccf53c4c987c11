// What is not finished and began before a place in the log: it needs the entries from which it goes on.
import type Database from 'better-sqlite3';

/** One sentence about the first thing found; null where all is over. `time` of the last entry, in microseconds. */
export function unfinishedBefore(db: Database.Database, to: number, time: number): string | null {
  const until = Math.ceil(time / 1000);
  const call = db
    .prepare<[number], { id: string; state: string; first_index: number }>(
      "SELECT id, state, first_index FROM calls WHERE first_index < ? AND state IN ('open', 'held') ORDER BY first_index LIMIT 1",
    )
    .get(to);
  if (call !== undefined)
    return `call ${call.id}, decided at entry ${call.first_index}, is ${call.state}: wait until it is over${call.state === 'open' ? ' (a gateway that starts closes calls that a crash left open)' : ''}, or give \`--before ${call.first_index}\` or less`;
  const approval = db
    .prepare<[number], { id: string; state: string }>(
      "SELECT id, state FROM approvals WHERE state IN ('pending', 'approved') AND requested_at <= ? LIMIT 1",
    )
    .get(until);
  if (approval !== undefined)
    return `the approval request ${approval.id}, made before, is ${approval.state} and not over: decide it, or wait until it has expired`;
  const task = db
    .prepare<
      [number],
      { id: string; state: string }
    >(`SELECT id, state FROM tasks WHERE call IN (SELECT id FROM calls WHERE first_index < ?) AND state NOT IN
       ('TASK_STATE_COMPLETED', 'TASK_STATE_FAILED', 'TASK_STATE_CANCELED', 'TASK_STATE_REJECTED') LIMIT 1`)
    .get(to);
  if (task !== undefined)
    return `task ${task.id}, begun before, is still at work (${task.state}): wait until it settled`;
  const sink = db
    .prepare<[number], { name: string; next_index: number }>(
      'SELECT name, next_index FROM sinks WHERE next_index < ? ORDER BY next_index LIMIT 1',
    )
    .get(to);
  if (sink !== undefined)
    return `the sink \`${sink.name}\` was sent entries before ${sink.next_index} only: let it catch up first, or give \`--before ${sink.next_index}\` or less`;
  const erasure = db
    .prepare<[number], { change: string }>('SELECT change FROM erasures WHERE done < total AND ? LIMIT 1')
    .get(1);
  if (erasure !== undefined)
    return `the erasure ${erasure.change} is not through: start the gateway once, which finishes it`;
  return null;
}
