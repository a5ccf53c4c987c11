import { describe, expect, test } from 'vitest';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../config.ts';
import { describeProblem } from './problems.ts';

async function loaded(yaml: string) {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-classifiers-'));
  try {
    const file = join(folder, 'config.yaml');
    await writeFile(file, `classifiers:\n${yaml}`);
    return await loadConfig(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a classifier looks at both sides and all upstreams unless it says otherwise', async () => {
  const read = await loaded('  - {name: cards, labels: [pci], shapes: [card-numbers]}');
  expect(read).toMatchObject({
    ok: true,
    value: {
      classifiers: [
        {
          name: 'cards',
          on: ['input', 'output'],
          upstreams: [],
          patterns: [],
          words: [],
          shapes: ['card-numbers'],
        },
      ],
    },
  });
});

describe('what is refused, with the key and the fix', () => {
  test.each([
    ['no labels', '{name: a, labels: [], words: [x]}', 'must name at least one label'],
    [
      'a label that policies cannot write',
      '{name: a, labels: ["a b"], words: [x]}',
      'must be a label of up to 64',
    ],
    ['nothing to look for', '{name: a, labels: [x]}', 'say in `patterns`, `words` or `shapes`'],
    [
      'a side that there is not',
      '{name: a, labels: [x], words: [x], on: [result]}',
      'must be one of `input`, `output`',
    ],
    ['a pattern that looks around', "{name: a, labels: [x], patterns: ['(?=a)b']}", 'looks around'],
    ['a pattern that refers back', "{name: a, labels: [x], patterns: ['(a)\\1']}", 'is not understood here'],
    [
      'a repetition that repeats',
      "{name: a, labels: [x], patterns: ['(a+)+b', 'a++']}",
      'repeats a repetition',
    ],
    ['a pattern of every text', "{name: a, labels: [x], patterns: ['a*']}", 'matches the empty text'],
    ['a word without letters', '{name: a, labels: [x], words: ["--"]}', 'must be a word'],
    [
      'a name twice',
      '{name: a, labels: [x], words: [x]}\n  - {name: a, labels: [x], words: [x]}',
      'earlier classifier',
    ],
    ['a key that there is not', '{name: a, labels: [x], regex: [x]}', 'allowed here'],
  ])('%s', async (_, yaml, why) => {
    const read = await loaded(`  - ${yaml}`);
    expect(read.ok ? '' : read.error.map(describeProblem).join('\n')).toContain(why);
  });

  test('more patterns in all than every text may be walked for', async () => {
    const many = Array.from(
      { length: 3 },
      (_, i) =>
        `  - {name: c${i}, labels: [x], patterns: [${Array.from({ length: 30 }, (__, j) => `a${i}b${j}`).join(', ')}]}`,
    );
    const read = await loaded(many.join('\n'));
    expect(read.ok ? '' : read.error.map(describeProblem).join('\n')).toContain('90 patterns in all');
  });
});
