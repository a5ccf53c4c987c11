// What can become of the row of a call: a closed list of forms. WHY forms: names of columns are the same thousands of times a second,
// so that a change goes from thread to thread, and into its statement, as values alone.
import type { Cell, Row } from './types.ts';

/** A change but for its values. */
export interface ChangeForm {
  /** `put` inserts, or overwrites all but `kept` where the call is there already; `set` changes the rows that match. */
  readonly does: 'put' | 'set';
  /** Those whose values its entry says; then those that are given the entry's index, and those that are given its time. */
  readonly columns: readonly string[];
  readonly atIndex: number;
  readonly atTime: number;
  /** Of a `set`: whose values have to be these. */
  readonly where: readonly string[];
  /** Of a `put`: not overwritten. */
  readonly kept: readonly string[];
}

/** What a first decision says of a call, beside where it stands. */
const DECIDED = [
  'id',
  'chain',
  'parent',
  'link',
  'depth',
  'protocol',
  'revision',
  'operation',
  'agent_uid',
  'agent',
  'owner',
  'team',
  'subject',
  'upstream_uid',
  'upstream',
  'resource',
  'agents',
  'decision',
  'reason',
  'policies',
  'approval',
  'sentence',
  'trace_id',
  'labels',
  'brought',
  'state',
  'round',
  'outcome',
  'http_status',
  'duration_us',
] as const;
const COMPLETED = ['state', 'outcome', 'http_status', 'duration_us'] as const;

/** By what happened; the columns whose values it gives. */
const GIVEN = {
  decided: [...DECIDED, 'ended_index', 'ended_at'],
  denied: DECIDED,
  completed: COMPLETED,
  completedWithLabels: [...COMPLETED, 'brought'],
  ended: ['state'],
  refused: ['state'],
  retried: ['state', 'outcome'],
} as const;

export type FormName = keyof typeof GIVEN;

export const FORMS: Readonly<Record<FormName, ChangeForm>> = {
  decided: put(GIVEN.decided, { index: ['first_index', 'decided_index'], time: ['started_at'] }),
  // Over as soon as it is decided.
  denied: put(GIVEN.denied, {
    index: ['first_index', 'decided_index', 'ended_index'],
    time: ['started_at', 'ended_at'],
  }),
  completed: end(GIVEN.completed, 'id'),
  completedWithLabels: end(GIVEN.completedWithLabels, 'id'),
  ended: end(GIVEN.ended, 'id'),
  // Several calls may wait for one approval.
  refused: end(GIVEN.refused, 'approval'),
  retried: end(GIVEN.retried, 'approval'),
};

/** A change as far as it does not depend on the place of its entry in the log. Plain data. */
export interface UnplacedChange {
  readonly form: FormName;
  readonly given: readonly Cell[];
  readonly where: readonly Cell[];
}

/** A change, with a value for each of the columns of its form. */
export interface CallChange {
  readonly form: ChangeForm;
  readonly values: readonly Cell[];
  readonly where: readonly Cell[];
}

/** The same by name, for whoever follows calls without a table of them. */
export type NamedChange =
  | { readonly row: Row; readonly keep: readonly string[] }
  | { readonly set: Row; readonly where: Row };

/** `where`: what the call has to be, in the order of the form's columns for it. */
export function changeOf<F extends FormName>(
  form: F,
  given: Readonly<Record<(typeof GIVEN)[F][number], Cell>>,
  where: readonly Cell[] = [],
): UnplacedChange {
  const names: readonly (keyof typeof given)[] = GIVEN[form];
  return { form, given: names.map((name) => given[name]), where };
}

/** The change of an entry at its place; `time` is in microseconds since the epoch. */
export function placeChange(
  { form: name, given, where }: UnplacedChange,
  place: { readonly index: number; readonly time: number },
): CallChange {
  const form = FORMS[name];
  const values = [...given];
  const at = Math.floor(place.time / 1000);
  for (let i = 0; i < form.atIndex; i += 1) values.push(place.index);
  for (let i = 0; i < form.atTime; i += 1) values.push(at);
  return { form, values, where };
}

export function nameChange({ form, values, where }: CallChange): NamedChange {
  const set = named(form.columns, values);
  return form.does === 'put' ? { row: set, keep: form.kept } : { set, where: named(form.where, where) };
}

const named = (columns: readonly string[], values: readonly Cell[]): Row =>
  Object.fromEntries(columns.map((column, i) => [column, values[i] ?? null]));

interface Placing {
  readonly index: readonly string[];
  readonly time: readonly string[];
}

function form(
  given: readonly string[],
  { index, time }: Placing,
): Omit<ChangeForm, 'does' | 'where' | 'kept'> {
  return { columns: [...given, ...index, ...time], atIndex: index.length, atTime: time.length };
}

/** Decided again after approval, a call still started when it first came. */
function put(given: readonly string[], placing: Placing): ChangeForm {
  return { ...form(given, placing), does: 'put', where: [], kept: ['first_index', 'started_at'] };
}

function end(given: readonly string[], of: 'id' | 'approval'): ChangeForm {
  const placing = { index: ['ended_index'], time: ['ended_at'] };
  return { ...form(given, placing), does: 'set', where: [of, 'state'], kept: [] };
}
