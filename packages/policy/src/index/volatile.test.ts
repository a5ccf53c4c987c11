import type { CedarValueJson } from '@cedar-policy/cedar-wasm/nodejs';
import { expect, test } from 'vitest';
import { buildRequest } from '../request.ts';
import { ordinaryCall } from '../testing/facts.ts';
import { schemaOf } from '../testing/set-up.ts';
import { isVolatile, VOLATILE } from './volatile.ts';

const schema = schemaOf({ tools: { 'crm/get_customer': { type: 'object' } } });

function unknownIn(value: CedarValueJson, path: readonly string[]): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || '__entity' in value) return [];
  if ('__extn' in value)
    return (value['__extn'] as { readonly fn?: unknown }).fn === 'unknown' ? [path.join('.')] : [];
  return Object.entries(value).flatMap(([name, part]) => unknownIn(part, [...path, name]));
}

test('what counts as volatile is what a list does not know', () => {
  const built = buildRequest(ordinaryCall, schema, true);
  if (!built.ok) throw new Error('no request');
  const unknown = unknownIn({ ...built.request.context }, ['context']);
  expect(unknown.toSorted()).toEqual(VOLATILE.map((path) => path.join('.')).toSorted());
});

test.each<[string, boolean]>([
  ['context', true],
  ['context.input', true],
  ['context.input.n', true],
  ['context.token', true],
  ['context.token.ageSeconds', true],
  ['context.token.scopes', false],
  ['context.chain.depth', false],
  ['principal', false],
  ['principal.input', false],
  ['resource.risk', false],
])('a policy that reads %s: %s', (path, want) => {
  expect(isVolatile({ reads: [{ path: path.split('.'), presenceOnly: false }] })).toBe(want);
  expect(isVolatile({ reads: [{ path: path.split('.'), presenceOnly: true }] })).toBe(want);
});
