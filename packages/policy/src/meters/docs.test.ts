// What docs/meters.md shows must compile as it stands there.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compile } from '../compile/compile.ts';
import { sha256Hex } from '../testing/facts.ts';
import { schemaOf } from '../testing/set-up.ts';
import { meteringOf } from './metering.ts';

const PAGE = new URL('../../../../docs/meters.md', import.meta.url);
const EXAMPLE = /<!-- example: (\S+) -->\n```\w+\n(.*?)```/gs;

test('the examples of docs/meters.md compile together, and every meter in them is read', () => {
  const sources = [...readFileSync(PAGE, 'utf8').matchAll(EXAMPLE)].map(([, file = '', text = '']) => ({
    file,
    text,
  }));
  expect(sources.map(({ file }) => file)).toEqual(['spend.meters.yaml', 'limits.cedar']);
  const pay = { type: 'object', properties: { amount_cents: { type: 'integer' } } };
  const schema = schemaOf({ groups: ['finance'], tools: { 'payments/pay': pay } });
  const compiled = compile(sources, schema, { sha256Hex });
  expect(compiled.diagnostics).toEqual([]);
  if (!compiled.ok) return;
  const names = meteringOf(compiled.set)
    .needs('payments/pay')
    .map(({ measure }) => measure.name);
  expect(names).toEqual(['chain_lookups', 'daily_spend', 'callsLastMinute']);
});
