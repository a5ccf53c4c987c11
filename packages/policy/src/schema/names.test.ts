import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { buildSchema } from './build.ts';
import { schemaNames } from './names.ts';

const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');
const inputSchema = {
  type: 'object',
  properties: {
    amount: { type: 'number' },
    to: { type: 'object', properties: { country: { type: 'string' } } },
    lines: { type: 'array', items: { type: 'object', properties: { sum: { type: 'integer' } } } },
    ['__proto__']: { type: 'string' },
  },
  required: ['amount'],
};
const { types, actions } = schemaNames(
  buildSchema(
    { servers: [{ name: 'payments', tools: [{ name: 'pay', inputSchema }] }], groups: [], teams: [] },
    sha256Hex,
  ),
);

test('entity types have their attributes, each with its type as Cedar writes it', () => {
  expect(types.get('Agent')).toContainEqual({ name: 'capabilities', type: 'Set<String>', isOptional: false });
  expect(types.get('Agent')).toContainEqual({ name: 'owner', type: 'User', isOptional: false });
  expect(types.get('Team')).toEqual([]);
});

test('the context is what all actions have, and its records have names of their own', () => {
  const context = types.get('context') ?? [];
  expect(context).toContainEqual({ name: 'subject', type: 'User', isOptional: true });
  expect(context).toContainEqual({ name: 'now', type: 'datetime', isOptional: false });
  expect(context).toContainEqual({ name: 'chain', type: 'context.chain', isOptional: false });
  expect(types.get('context.chain')).toContainEqual({
    name: 'agents',
    type: 'Set<Agent>',
    isOptional: false,
  });
  expect(context.map(({ name }) => name)).not.toContain('input');
});

test('what a tool takes is told by its action', () => {
  expect(actions).toContain('payments/pay');
  expect(types.get('context of payments/pay')).toEqual([
    { name: 'input', type: 'input of payments/pay', isOptional: false },
  ]);
  expect(types.get('input of payments/pay')).toEqual([
    { name: '__proto__', type: 'String', isOptional: true },
    { name: 'amount', type: 'decimal', isOptional: false },
    { name: 'lines', type: 'Set<input of payments/pay.lines[]>', isOptional: true },
    { name: 'to', type: 'input of payments/pay.to', isOptional: true },
  ]);
  expect(types.get('input of payments/pay.to')).toEqual([
    { name: 'country', type: 'String', isOptional: true },
  ]);
});
