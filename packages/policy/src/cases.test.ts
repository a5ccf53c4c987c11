// Runs `testdata/cases/*.yaml`: the algebra of the design as a table that people can read. By the very code that
// `countersign policy test` runs, so that the two can never differ on what a case means.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readCases } from './cases/read.ts';
import { runCases } from './cases/run.ts';
import type { PolicyCase } from './cases/types.ts';
import { sha256Hex } from './testing/facts.ts';

const FOLDER = new URL('../testdata/cases/', import.meta.url);

const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));

describe.each(FILES)('%s', (file) => {
  test.each(casesOf(file))('$name', (one) => {
    const { results } = runCases([one], { sources: [], sha256Hex });
    expect(results[0]?.differences).toEqual([]);
  });
});

function casesOf(file: string): readonly PolicyCase[] {
  const read = readCases({ file, text: readFileSync(new URL(file, FOLDER), 'utf8') });
  if (read.ok) return read.cases;
  throw new Error(read.diagnostics.map((d) => `${d.file}:${d.line}:${d.column} ${d.message}`).join('\n'));
}
