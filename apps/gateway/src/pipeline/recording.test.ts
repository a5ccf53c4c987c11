import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isAggregated, isAskedByServer, RECORDING } from './recording.ts';

const page = readFileSync(new URL('../../../../docs/recording.md', import.meta.url), 'utf8');

test('docs/recording.md lists every operation with the rule that the code applies, and when its entries are written', () => {
  const rows = [
    ...page.matchAll(/^\| `([a-z0-9]+:[^`]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm),
  ];
  const listed = rows.map(([, operation, rule, recorded, outcome]) => [
    operation,
    { rule, recorded, outcome },
  ]);
  expect(Object.fromEntries(listed)).toEqual(RECORDING);
  expect(rows).toHaveLength(Object.keys(RECORDING).length);
});

test('what a server asks of its client is told apart from what its client answers', () => {
  expect(isAskedByServer('mcp:elicitation')).toBe(true);
  expect(isAskedByServer('mcp:elicitation/answer')).toBe(false);
  expect(isAggregated('mcp:elicitation/answer')).toBe(false);
  expect(isAggregated('mcp:tasks/get')).toBe(true);
});
