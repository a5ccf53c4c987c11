import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ENTRY_VERSION } from '../entry/kinds.ts';
import { logVectors } from './vectors.ts';
import { DOCUMENT, schemaSections, sectionOf } from './schema-table.ts';

const document = readFileSync(DOCUMENT, 'utf8');

test.each([...schemaSections()])(
  'docs/log-format.md lists the %s of the schema (else run schema-table.ts)',
  (name, text) => {
    expect(sectionOf(document, name)).toBe(text);
  },
);

test('docs/log-format.md names the version and shows an entry of the vectors with its leaf hash', () => {
  const example = logVectors.entries[8];
  expect(document).toContain(`"${ENTRY_VERSION}"`);
  expect(document).toContain(example?.header);
  expect(document).toContain(example?.leaf);
});
