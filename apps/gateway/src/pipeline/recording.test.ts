import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { RECORDING } from './recording.ts';

test('docs/recording.md lists every operation with the rule that the code applies', () => {
  const page = readFileSync(new URL('../../../../docs/recording.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `([a-z0-9]+:[^`]+)` \| (decided|aggregated) \|/gm)];
  expect(Object.fromEntries(rows.map(([, operation, rule]) => [operation, rule]))).toEqual(RECORDING);
});
