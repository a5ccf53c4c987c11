import { parsePath } from '@countersign/policy';
import { expect, test } from 'vitest';
import type { DecidedCall } from '../pipeline/types.ts';
import { withheldMeters, withoutMeters } from './withheld.ts';

/** As much of a decided call as is looked at. */
function callThat(redacts: string): DecidedCall {
  expect(parsePath(redacts, 'input').ok).toBe(true);
  return {
    operation: 'mcp:tools/call',
    target: { kind: 'tool', name: 'order' },
    upstream: { kind: 'mcp', redact: [redacts], mask: [], tools: new Map() },
    verdict: { decision: null, sums: [{ name: 'spent', path: ['order', 'total'] }] },
  } as unknown as DecidedCall;
}

test.each([
  ['input.order.total', true],
  ['input.order', true],
  ['input.order.*', true],
  ['input.*.total', true],
  ['input.order.total.cents', true],
  ['input.order.totals', false],
  ['input.total', false],
  ['input.order[].total', false],
  ['input.*.vat', false],
])('what `%s` keeps from being stored covers a sum of `input.order.total`: %s', (path, isCovered) => {
  expect(withheldMeters(callThat(path)).has('spent')).toBe(isCovered);
});

test('only the meters in question are taken out of the request', () => {
  const request = {
    principal: { type: 'Agent', id: 'a' },
    action: { type: 'Action', id: 'shop/order' },
    resource: { type: 'Tool', id: 'shop/order' },
    context: { meter: { spent: 7, calls: 3 }, actors: [] },
    entities: [],
  };
  expect(withoutMeters(request, new Set(['spent'])).context).toEqual({
    meter: { spent: { countersign: 'redacted' }, calls: 3 },
    actors: [],
  });
  expect(withoutMeters(request, new Set())).toBe(request);
  expect(withoutMeters({ ...request, context: {} }, new Set(['spent'])).context).toEqual({});
});
