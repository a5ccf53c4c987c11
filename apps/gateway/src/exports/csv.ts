// Comma-separated values (RFC 4180) for people with a spreadsheet: one row an entry, the same columns in every export. A
// spreadsheet runs cells that look like formulas, so none does here, whoever wrote the value.
import { withheldNames } from './entry.ts';
import { type Facts, factsOf } from './facts.ts';
import { isoTime, oneLine, shortened } from './text.ts';
import type { ExportedEntry, ExportFormat } from './types.ts';

/** A spreadsheet cell holds at most this many characters; Excel cuts or refuses what is longer. */
const MAX_CELL = 32_000;

type Cell = string | number | null;

/** The columns, in order, with where each comes from. Columns are only ever added, at the end. */
const COLUMNS = {
  index: ({ index }) => index,
  time: ({ header }) => isoTime(header.time),
  kind: ({ header }) => header.kind,
  call: ({ header }) => header.call,
  chain: ({ header }) => header.chain?.id ?? null,
  chain_seq: ({ header }) => header.chain?.seq ?? null,
  agent_id: (_, { agent }) => agent.id,
  agent: (_, { agent }) => agent.name,
  owner: (_, { owner }) => owner,
  team: (_, { team }) => team,
  subject: (_, { subject }) => subject,
  operation: (_, { operation }) => operation,
  upstream_id: (_, { upstream }) => upstream.id,
  upstream: (_, { upstream }) => upstream.name,
  resource: (_, { resource }) => resource,
  decision: (_, { decision }) => decision,
  reason: (_, { reason }) => reason,
  policies: (_, { policies }) => policies.join(' '),
  policy_set: (_, { policySet }) => policySet,
  approval: (_, { approval }) => approval,
  person_id: (_, { person }) => person.id,
  person: (_, { person }) => person.name,
  outcome: (_, { outcome }) => outcome,
  http_status: (_, { httpStatus }) => httpStatus,
  duration_us: (_, { durationUs }) => durationUs,
  sentence: (_, { sentence }) => sentence,
  body: ({ header }) => JSON.stringify(header.body),
  withheld: (entry) => withheldNames(entry).join(' '),
  erased: ({ erased }) => erased.join(' '),
  node: ({ header }) => header.node,
  prev: ({ header }) => header.prev,
  leaf: ({ leaf }) => leaf,
  first_byte_us: (_, { firstByteUs }) => firstByteUs,
} as const satisfies Readonly<Record<string, (entry: ExportedEntry, facts: Facts) => Cell>>;

export const CSV_COLUMNS: readonly string[] = Object.keys(COLUMNS);

export const csv: ExportFormat = {
  what: 'a table for spreadsheets: one row an entry, stable columns, safe against formulas',
  mediaType: 'text/csv; charset=utf-8; header=present',
  extension: 'csv',
  isSigned: false,
  async *write(entries, context) {
    yield row(CSV_COLUMNS);
    for await (const entry of entries) {
      const facts = await factsOf(entry, context);
      yield row(Object.values(COLUMNS).map((cell) => cell(entry, facts)));
    }
  },
};

function row(cells: readonly Cell[]): string {
  return `${cells.map(cellText).join(',')}\r\n`;
}

// SECURITY: formula injection. Beside the signs that every spreadsheet takes for a formula's first, their full-width
// forms, which some take for the same. A quote in front makes it text; the cell as such stays readable.
const FORMULA = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const guarded = FORMULA.test(cell) ? `'${cell}` : cell;
  const text = oneLine(shortened(guarded, MAX_CELL));
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
