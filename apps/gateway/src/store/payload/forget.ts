// What state tables hold of a call or a person besides the log and its index: the closed list of it, and how it is taken
// out. Only what is over is touched: a request that somebody still decides about is what it was. Runs inside the writer's
// transaction; docs/threat-model.md lists what is left.
import type { EntryHeader } from '@countersign/audit';
import type Database from 'better-sqlite3';
import { plainCell } from './cells.ts';

export interface Forgetter {
  /** What these details of an entry also stand in, by the ids in its header: of this log, or of one that it continues. */
  entry(header: EntryHeader, names: readonly string[]): void;
  /** Wherever a name stands. `isHeld`: but in rows of approvals and reviews, which then go with their entries alone. */
  person(name: string, isHeld?: boolean): void;
}

const ERASED = '[erased]';
const LIVE = "('pending', 'approved')";
const SETTLED = "('TASK_STATE_COMPLETED', 'TASK_STATE_FAILED', 'TASK_STATE_CANCELED', 'TASK_STATE_REJECTED')";
const NOTHING_SHOWN = JSON.stringify({
  sentence: ERASED,
  operation: '',
  upstream: '',
  resource: '',
  params: '',
  owner: null,
});
/** Within longer texts a shorter name would be found everywhere. */
const MIN_IN_TEXT = 4;

/** Columns with JSON, or with words of people, that may name somebody. */
const TEXTS: readonly {
  readonly table: string;
  readonly columns: readonly string[];
  readonly where: string;
}[] = [
  { table: 'changes', columns: ['proposal', 'effect', 'message', 'reason'], where: "state <> 'pending'" },
  { table: 'change_reviews', columns: ['reason'], where: 'TRUE' },
  { table: 'reviews', columns: ['reason'], where: 'TRUE' },
  { table: 'exports', columns: ['query'], where: 'TRUE' },
  { table: 'legal_holds', columns: ['query', 'reason'], where: 'lifted_at IS NOT NULL' },
];

/** Of these an entry says the same, and is erased or kept by itself. */
const REPEATS_ENTRIES: ReadonlySet<string> = new Set(['reviews', 'change_reviews']);

export function createForgetter(db: Database.Database): Forgetter {
  const ofCall = `SELECT id FROM approvals
    WHERE (call = @call OR id = (SELECT approval FROM calls WHERE calls.id = @call)) AND state NOT IN ${LIVE}`;
  const callStatements = [
    // What a reviewer said goes with its own entry, which a legal hold on them may keep. Where that was archived before, only this
    // is left of it here; nothing that is held is archived, or erased behind an archive.
    `UPDATE reviews SET reason = '' WHERE approval IN (${ofCall})
       AND (SELECT archived_to FROM log_head) > 0 AND NOT EXISTS (SELECT 1 FROM calls WHERE id = @call)`,
    `UPDATE approvals SET shown = @shown, subject = '' WHERE id IN (${ofCall})`,
    'UPDATE tasks SET parked = NULL, result = NULL WHERE call = @call AND parked IS NULL',
    // Work that is not settled and yet forgotten was not heard of for long: what still came of it would be stored.
    `DELETE FROM tasks WHERE call = @call AND parked IS NULL AND state NOT IN ${SETTLED}`,
  ].map((sql) => db.prepare(sql));
  const shown = db.prepare(
    `UPDATE approvals SET shown = @shown WHERE id = @approval AND state NOT IN ${LIVE}`,
  );
  const ofApproval = reviewStatements(
    db,
    'reviews',
    `approval = @of AND approval NOT IN (SELECT id FROM approvals WHERE state IN ${LIVE})`,
  );
  const ofChange = reviewStatements(
    db,
    'change_reviews',
    "change = @of AND change NOT IN (SELECT id FROM changes WHERE state = 'pending')",
  );
  const proposal = db.prepare("UPDATE changes SET proposal = '{}' WHERE id = @change AND state <> 'pending'");
  const message = db.prepare("UPDATE changes SET message = '' WHERE id = @change AND state <> 'pending'");
  const exported = db.prepare("UPDATE exports SET query = '{}' WHERE id = @export");
  const pushed = db.prepare('UPDATE push_configs SET parked = @nothing WHERE call = @call');
  const settled = db.prepare('UPDATE tasks SET result = NULL WHERE call = @call AND parked IS NULL');
  const ofEntries = [
    `UPDATE approvals SET subject = '' WHERE subject = @name AND state NOT IN ${LIVE}`,
    `UPDATE reviews SET reviewer = '', reason = '' WHERE reviewer = @name
       AND approval NOT IN (SELECT id FROM approvals WHERE state IN ${LIVE})`,
    `UPDATE change_reviews SET reviewer = '', reason = '' WHERE reviewer = @name
       AND change NOT IN (SELECT id FROM changes WHERE state = 'pending')`,
  ].map((sql) => db.prepare(sql));
  const ofNobody = [
    'DELETE FROM people WHERE name = @name',
    'DELETE FROM saved_views WHERE user = @name',
  ].map((sql) => db.prepare(sql));
  // In an address a name is written in more than one way; a view that searches for somebody is of no use without them.
  const savedViews = db.prepare(
    'DELETE FROM saved_views WHERE instr(search, @name) + instr(search, @encoded) + instr(name, @name) > 0',
  );
  const inTexts = TEXTS.flatMap(({ table, columns, where }) =>
    columns.map((column) => ({
      isOfEntries: REPEATS_ENTRIES.has(table),
      statement: db.prepare(
        `UPDATE ${table} SET ${column} = replace(${column}, @text, @erased) WHERE instr(${column}, @text) > 0 AND ${where}`,
      ),
    })),
  );

  return {
    entry({ kind, call, body }, names) {
      const has = (name: string): boolean => names.includes(name);
      switch (kind) {
        case 'call.decided':
          if (!has('request')) return;
          for (const statement of callStatements) statement.run({ call, shown: plainCell(NOTHING_SHOWN) });
          pushed.run({ call, nothing: plainCell('') });
          return;
        case 'task.settled':
          if (has('result')) settled.run({ call });
          return;
        case 'approval.requested':
          if (has('shown')) shown.run({ approval: body.approval, shown: plainCell(NOTHING_SHOWN) });
          return;
        case 'approval.reviewed':
          for (const name of ['reviewer', 'reason'] as const)
            if (has(name)) ofApproval[name].run({ of: body.approval, reviewer: body.reviewer });
          return;
        case 'change.reviewed':
          for (const name of ['reviewer', 'reason'] as const)
            if (has(name)) ofChange[name].run({ of: body.change, reviewer: body.reviewer });
          return;
        case 'change.proposed':
          if (has('proposal')) proposal.run({ change: body.change });
          if (has('message')) message.run({ change: body.change });
          return;
        case 'log.exported':
          if (has('query')) exported.run({ export: body.export });
          return;
        default:
      }
    },
    person(name, isHeld = false) {
      for (const statement of [...(isHeld ? [] : ofEntries), ...ofNobody]) statement.run({ name });
      const quoted = JSON.stringify(name);
      for (const { isOfEntries, statement } of inTexts) {
        if (isHeld && isOfEntries) continue;
        statement.run({ text: quoted, erased: JSON.stringify(ERASED) });
        if (name.length >= MIN_IN_TEXT) statement.run({ text: quoted.slice(1, -1), erased: ERASED });
      }
      if (name.length >= MIN_IN_TEXT) savedViews.run({ name, encoded: encodeURIComponent(name) });
    },
  };
}

function reviewStatements(db: Database.Database, table: string, where: string) {
  const without = (column: string) =>
    db.prepare(`UPDATE ${table} SET ${column} = '' WHERE reviewer_uid = @reviewer AND ${where}`);
  return { reviewer: without('reviewer'), reason: without('reason') };
}
