import { expect, test } from 'vitest';
import { cedarText } from './cedar-value.ts';

test.each<[unknown, string]>([
  [3, '3'],
  [true, 'true'],
  ['say "hi"', '"say \\"hi\\""'],
  [['pii', 'eu'], '["pii", "eu"]'],
  [[], '[]'],
  [{ type: 'User', id: 'fiona' }, 'User::"fiona"'],
  [{ __entity: { type: 'Team', id: 'billing' } }, 'Team::"billing"'],
  [{ __extn: { fn: 'decimal', arg: '1.10' } }, 'decimal("1.10")'],
  [{ amount: 5, to: 'acme' }, '{"amount": 5, "to": "acme"}'],
  [{}, '{}'],
  [null, 'null'],
])('writes %j as %s', (value, text) => {
  expect(cedarText(value)).toBe(text);
});

test('takes a record with a type and more for a record, not for an entity', () => {
  expect(cedarText({ type: 'User', id: 'x', extra: 1 })).toBe('{"type": "User", "id": "x", "extra": 1}');
});
