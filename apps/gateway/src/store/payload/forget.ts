// What state tables hold of a call or a person besides the log and its index: the closed list of it, and how it is taken
// out. Only what is over is touched: a request that somebody still decides about is what it was. Runs inside the writer's
// transaction; docs/threat-model.md lists what is left.
import type Database from 'better-sqlite3';
import { plainCell } from './cells.ts';

export interface Forgetter {
  call(id: string): void;
  person(name: string): void;
}

const ERASED = '[erased]';
const LIVE = "('pending', 'approved')";
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

export function createForgetter(db: Database.Database): Forgetter {
  const ofCall = `SELECT id FROM approvals
    WHERE (call = @call OR id = (SELECT approval FROM calls WHERE calls.id = @call)) AND state NOT IN ${LIVE}`;
  const callStatements = [
    `UPDATE reviews SET reason = '' WHERE approval IN (${ofCall})`,
    `UPDATE approvals SET shown = @shown, subject = '' WHERE id IN (${ofCall})`,
    'UPDATE tasks SET parked = NULL, result = NULL WHERE call = @call AND parked IS NULL',
  ].map((sql) => db.prepare(sql));
  const personStatements = [
    `UPDATE approvals SET subject = '' WHERE subject = @name AND state NOT IN ${LIVE}`,
    `UPDATE reviews SET reviewer = '', reason = '' WHERE reviewer = @name
       AND approval NOT IN (SELECT id FROM approvals WHERE state IN ${LIVE})`,
    `UPDATE change_reviews SET reviewer = '', reason = '' WHERE reviewer = @name
       AND change NOT IN (SELECT id FROM changes WHERE state = 'pending')`,
  ].map((sql) => db.prepare(sql));
  const inTexts = TEXTS.flatMap(({ table, columns, where }) =>
    columns.map((column) =>
      db.prepare(
        `UPDATE ${table} SET ${column} = replace(${column}, @text, @erased) WHERE instr(${column}, @text) > 0 AND ${where}`,
      ),
    ),
  );

  return {
    call(id) {
      for (const statement of callStatements) statement.run({ call: id, shown: plainCell(NOTHING_SHOWN) });
    },
    person(name) {
      for (const statement of personStatements) statement.run({ name });
      const quoted = JSON.stringify(name);
      for (const statement of inTexts) {
        statement.run({ text: quoted, erased: JSON.stringify(ERASED) });
        if (name.length >= MIN_IN_TEXT) statement.run({ text: quoted.slice(1, -1), erased: ERASED });
      }
    },
  };
}
