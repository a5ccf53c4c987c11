// The reference page of formats says what there is: a column or a format that is added without a word there fails here.
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { CEF_KEYS } from './cef.ts';
import { CSV_COLUMNS } from './csv.ts';
import { PAYLOAD_TYPE, PREDICATE_TYPE } from './dsse.ts';
import { EXPORT_FORMATS } from './formats.ts';
import { AUDIT_DRAFT, AUDIT_RECORD_KINDS } from './ietf.ts';
import { OTLP_ATTRIBUTES } from './otlp-record.ts';

const page = await readFile(new URL('../../../../docs/reference/exports.md', import.meta.url), 'utf8');

test.each([
  ['csv', CSV_COLUMNS],
  ['cef', CEF_KEYS],
  ['otlp', OTLP_ATTRIBUTES],
])('the columns of %s are documented, in order', (name, columns) => {
  const block = page.split(`<!-- columns: ${name} -->`)[1]?.split(`<!-- end: ${name} -->`)[0] ?? '';
  expect([...block.matchAll(/`([^`]+)`/g)].map((match) => match[1])).toEqual([...columns]);
});

test('every format has a section and a row with its media type', () => {
  for (const [name, { mediaType }] of EXPORT_FORMATS) {
    expect(page).toContain(`\n## ${name}\n`);
    expect(page).toContain(`| \`${name}\` | \`${mediaType.split(';')[0]}\` |`);
  }
});

test('types, drafts and the kinds that have a counterpart there are named', () => {
  for (const words of [PAYLOAD_TYPE, PREDICATE_TYPE, AUDIT_DRAFT]) expect(page).toContain(words);
  const section = page.split('\n## ietf\n')[1]?.split('\n## ')[0] ?? '';
  for (const kind of AUDIT_RECORD_KINDS) expect(section).toContain(`\`${kind}\``);
});

test('the kinds that are named are those that become records', async () => {
  const { auditRecords } = await import('./ietf.ts');
  const { tellStory } = await import('./testing/story.ts');
  const story = tellStory();
  for (const entry of story.entries()) {
    const records = await auditRecords(entry, story.context());
    const kinds: readonly string[] = AUDIT_RECORD_KINDS;
    expect(records.length > 0).toBe(kinds.includes(entry.header.kind));
  }
});
