// Applies changes of the projection to the rows of `calls`, and has the index follow. Runs inside the transaction of the
// entries that the changes come from.
import type Database from 'better-sqlite3';
import { SEGMENT } from '../../../search/postings.ts';
import type { CallChange, ChangeForm } from '../../call-changes.ts';
import { createRecent } from '../../recent.ts';
import type { Cell } from '../../types.ts';
import { type CallIndex, createCallIndex } from './call-index.ts';

export interface CallRows {
  apply(change: CallChange): void;
  /** What was applied may have been rolled back. */
  undone(): void;
  readonly index: CallIndex;
}

interface Put {
  readonly insert: Database.Statement<Cell[]>;
  /** Where the call is there already. */
  readonly again: Update;
  /** Which of the values are given again. */
  readonly others: readonly number[];
  readonly id: number;
}

interface Update {
  readonly columns: readonly string[];
  readonly found: Database.Statement<Cell[], number>;
  /** For a call whose place is known. */
  readonly at: Database.Statement<Cell[]>;
}

/** Calls: up to some 3 MB. The place of one that is not remembered is looked up by its id. */
const REMEMBERED = 8192;

/** Passes SQLite's errors on. */
export function createCallRows(
  db: Database.Database,
  pack?: Parameters<typeof createCallIndex>[1],
): CallRows {
  const index = createCallIndex(db, pack);
  const puts = new Map<ChangeForm, Put>();
  const updates = new Map<ChangeForm, Update>();
  const newest = db.prepare<[], number | null>('SELECT max(seq) FROM calls').pluck();
  // Calls before were archived.
  const first = db.prepare<[], number>('SELECT first_call FROM log_head').pluck();
  const places = createRecent<Cell, number>(REMEMBERED);
  let next: number | null = null;

  function put(form: ChangeForm, values: readonly Cell[]): void {
    const { insert, again, others, id } = within(puts, form, putOf);
    const seq = next ?? (newest.get() ?? (first.get() ?? 0) - 1) + 1;
    const call = values[id] ?? null;
    if (insert.run(seq, ...values).changes === 1) {
      next = seq + 1;
      places.set(call, seq);
    } else {
      const given = others.map((at) => values[at] ?? null);
      update(again, given, [call], places.get(call));
    }
  }

  function putOf({ columns, kept }: ChangeForm): Put {
    const sql = `INSERT INTO calls (seq, ${columns.join(', ')}) VALUES (?, ${columns.map(() => '?').join(', ')})
       ON CONFLICT (id) DO NOTHING`;
    const others = columns.filter((name) => name !== 'id' && !kept.includes(name));
    return {
      insert: db.prepare<Cell[]>(sql),
      again: updateOf({ columns: others, where: ['id'] }),
      others: others.map((name) => columns.indexOf(name)),
      id: columns.indexOf('id'),
    };
  }

  /** `place` is that of the only call that can match; undefined where that is not known. */
  function update(
    { columns, found, at }: Update,
    values: readonly Cell[],
    where: readonly Cell[],
    place: number | undefined,
  ): void {
    // No call is packed before so many others have come.
    if (place !== undefined && next !== null && place >= next - SEGMENT) at.run(...values, place, ...where);
    else for (const changed of found.all(...values, ...where)) index.changed(changed, columns);
  }

  function updateOf({ columns, where }: Pick<ChangeForm, 'columns' | 'where'>): Update {
    // SECURITY: a forgotten condition must not rewrite the whole table.
    if (where.length === 0) throw new TypeError('a change of `calls` needs a `where`');
    const assigned = columns.map((name) => `${name} = ?`).join(', ');
    const condition = where.map((name) => `${name} = ?`).join(' AND ');
    const sql = `UPDATE calls SET ${assigned} WHERE`;
    return {
      columns,
      found: db.prepare<Cell[], number>(`${sql} ${condition} RETURNING seq`).pluck(),
      at: db.prepare<Cell[]>(`${sql} seq = ? AND ${condition}`),
    };
  }

  return {
    apply({ form, values, where }) {
      if (form.does === 'put') put(form, values);
      else {
        const place = form.where[0] === 'id' ? places.get(where[0] ?? null) : undefined;
        update(within(updates, form, updateOf), values, where, place);
      }
    },
    undone() {
      index.dismiss();
      places.clear();
      next = null;
    },
    index,
  };
}

function within<Key, Value>(map: Map<Key, Value>, key: Key, make: (key: Key) => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make(key);
  map.set(key, made);
  return made;
}
