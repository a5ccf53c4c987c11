// By what calls are found: for each facet, the columns of a row and the values in them that count. One definition for
// packing the index, for searching rows that are not packed yet, and for comparing what was found.
import type { CallQuery } from './query.ts';
import { classOf } from './took.ts';
import { eachWordTerm, termOf, wordsOf } from './words.ts';

/** In the order in which a search looks at them: what is likely to be rare first. */
export const FACETS = [
  'trace',
  'approval',
  'chain',
  'subject',
  'agent',
  'actor',
  'owner',
  'team',
  'resource',
  'upstream',
  'policy',
  'label',
  'text',
  'reason',
  'outcome',
  'operation',
  'state',
  'decision',
  'protocol',
] as const satisfies readonly (keyof CallQuery)[];

export type Facet = (typeof FACETS)[number];

/** What calls are listed under in the index: their facets, and how long they took. Places on disk count on the order. */
export const LISTED = [...FACETS, 'took'] as const;

export type Listed = (typeof LISTED)[number];

/**
 * Facets of names. The index has the names themselves, too: it knows which of them begin so, and whether two of them have the
 * same term. Places on disk count on the order.
 */
export const NAMED = [
  'subject',
  'agent',
  'actor',
  'owner',
  'team',
  'resource',
  'upstream',
  'policy',
  'label',
  'reason',
  'operation',
] as const satisfies readonly Facet[];

export type Named = (typeof NAMED)[number];

export const isNamed = (listed: Listed): listed is Named => NAMED.some((named) => named === listed);

type Cells = readonly (string | number | null)[];

interface FacetSpec {
  /** Columns of `calls`; of what is many, those with JSON arrays of strings. */
  readonly one: readonly string[];
  readonly many: readonly string[];
}

const column = (name: string): FacetSpec => ({ one: [name], many: [] });

const SPECS: Readonly<Record<Listed, FacetSpec>> = {
  trace: column('trace_id'),
  approval: column('approval'),
  chain: column('chain'),
  subject: column('subject'),
  agent: column('agent'),
  actor: { one: [], many: ['agents'] },
  owner: column('owner'),
  team: column('team'),
  resource: column('resource'),
  upstream: column('upstream'),
  policy: { one: [], many: ['policies'] },
  label: { one: [], many: ['labels', 'brought'] },
  text: {
    one: ['sentence', 'agent', 'owner', 'team', 'subject', 'upstream', 'resource'],
    many: ['agents', 'policies'],
  },
  reason: column('reason'),
  outcome: column('outcome'),
  operation: column('operation'),
  state: column('state'),
  decision: column('decision'),
  protocol: column('protocol'),
  took: column('duration_us'),
};

/** The columns that a facet is made of, in the order in which `eachTerm` and `holds` take their cells. */
export function columnsOf(facet: Listed): readonly string[] {
  const { one, many } = SPECS[facet];
  return [...one, ...many];
}

/** What calls are listed under that changes with a column. */
export function listedOf(changed: Iterable<string>): readonly Listed[] {
  const names = new Set(changed);
  return LISTED.filter((facet) => columnsOf(facet).some((name) => names.has(name)));
}

/** The column of a facet that has but one, with one value; null for the others. */
export function plainColumn(facet: Facet): string | null {
  const { one, many } = SPECS[facet];
  return many.length === 0 && one.length === 1 ? (one[0] ?? null) : null;
}

/** The terms of one cell of a row, by its place among the facet's columns; repeated words repeatedly. */
export function termsOfCell(facet: Listed, place: number, cell: string | number): readonly number[] {
  if (facet === 'took') return [classOf(Number(cell))];
  if (typeof cell === 'number') return [];
  const values = place < SPECS[facet].one.length ? [cell] : (JSON.parse(cell) as readonly string[]);
  if (facet !== 'text') return values.map(termOf);
  const terms: number[] = [];
  for (const value of values) eachWordTerm(value, (term) => terms.push(term));
  return terms;
}

/** All terms of a row. */
export function termsOfRow(facet: Listed, cells: Cells): ReadonlySet<number> {
  return new Set(cells.flatMap((cell, place) => (cell === null ? [] : termsOfCell(facet, place, cell))));
}

/** The terms that a call must have, all of them, to be what a query asks for. */
export function termsWanted(facet: Facet, wanted: string): readonly number[] {
  return facet === 'text' ? [...new Set(wordsOf(wanted).map(termOf))] : [termOf(wanted)];
}

/** Whether a row's cells have what is wanted: the values themselves, not their terms. */
export function holds(facet: Facet, cells: Cells, wanted: string): boolean {
  if (facet === 'text') {
    const words = new Set<string>();
    eachValue(facet, cells, (value) => {
      for (const word of wordsOf(value)) words.add(word);
    });
    return wordsOf(wanted).every((word) => words.has(word));
  }
  return valuesOf(facet, cells).includes(wanted);
}

/** The values in a row's cells. */
export function valuesOf(facet: Facet, cells: Cells): readonly string[] {
  const values: string[] = [];
  eachValue(facet, cells, (value) => values.push(value));
  return values;
}

function eachValue(facet: Facet, cells: Cells, take: (value: string) => void): void {
  const plain = SPECS[facet].one.length;
  for (const [i, cell] of cells.entries()) {
    if (typeof cell !== 'string') continue;
    if (i < plain) take(cell);
    else for (const value of JSON.parse(cell) as readonly string[]) take(value);
  }
}
