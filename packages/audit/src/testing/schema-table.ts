// Renders the closed schema as the tables of docs/log-format.md. Run directly, it writes them there; the test
// beside it fails while the document and the schema disagree.

import { readFileSync, writeFileSync } from 'node:fs';
import { describeField, type EnumField, type Field } from '../entry/fields.ts';
import { ENTRY_KINDS, type KindSpec } from '../entry/kinds.ts';
import {
  CHAIN_LINK,
  DECISION,
  OPERATION,
  OUTCOME,
  PROTOCOL,
  REASON,
  REJECT,
  REVISION,
} from '../entry/vocabulary.ts';
import { ID_PREFIXES } from '../ids.ts';

export const DOCUMENT = new URL('../../../../docs/log-format.md', import.meta.url);

const NAMED = new Map<Field, string>([
  [PROTOCOL, 'protocol'],
  [REVISION, 'revision'],
  [OPERATION, 'operation'],
  [DECISION, 'decision'],
  [REASON, 'reason'],
  [CHAIN_LINK, 'link'],
  [OUTCOME, 'outcome'],
  [REJECT, 'reject'],
]);

/** The sections that the document must hold, by the name in their markers. */
export function schemaSections(): ReadonlyMap<string, string> {
  return new Map([
    ['prefixes', ID_PREFIXES.map((prefix) => `\`${prefix}\``).join(' ')],
    ['kinds', kindsTable()],
    ['later', laterTable()],
    ['lists', listsTable()],
  ]);
}

/** The text between a section's markers, or null where the document has no such markers. */
export function sectionOf(document: string, name: string): string | null {
  const [begin, end] = markers(name);
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  return from < 0 || to < from ? null : document.slice(from + begin.length, to).trim();
}

function kindsTable(): string {
  const rows = Object.entries<KindSpec>(ENTRY_KINDS).map(([kind, { call, body, commits }]) => {
    const fields = Object.entries(body).map(([name, field]) => `\`${name}\` ${fieldType(field)}`);
    return `| \`${kind}\` | ${call} | ${fields.join('<br>') || 'none'} | ${code(commits) || 'none'} |`;
  });
  return ['| kind | `call` | body | details |', '|---|---|---|---|', ...rows].join('\n');
}

function laterTable(): string {
  const rows = Object.entries<KindSpec>(ENTRY_KINDS).flatMap(([kind, { later }]) =>
    later === undefined
      ? []
      : [`| \`${kind}\` | ${code(later.body) || 'none'} | ${code(later.commits) || 'none'} |`],
  );
  return ['| kind | body | details |', '|---|---|---|', ...rows].join('\n');
}

function listsTable(): string {
  const rows = [...NAMED].map(([field, name]) => `| ${name} | ${code((field as EnumField).values)} |`);
  return ['| list | words |', '|---|---|', ...rows].join('\n');
}

function fieldType(field: Field): string {
  const inner = field.type === 'nullable' ? field.of : field;
  const name = NAMED.get(inner);
  if (name === undefined && inner.type === 'id' && inner.prefixes.length === ID_PREFIXES.length)
    return 'id(any)';
  if (name === undefined) return describeField(field);
  return field.type === 'nullable' ? `${name} or null` : name;
}

function code(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(' ');
}

function markers(name: string): readonly [string, string] {
  return [`<!-- schema: ${name} -->`, `<!-- end: ${name} -->`];
}

if (import.meta.main) {
  let document = readFileSync(DOCUMENT, 'utf8');
  for (const [name, text] of schemaSections()) {
    const [begin, end] = markers(name);
    const from = document.indexOf(begin) + begin.length;
    document = `${document.slice(0, from)}\n${text}\n${document.slice(document.indexOf(end))}`;
  }
  writeFileSync(DOCUMENT, document);
}
