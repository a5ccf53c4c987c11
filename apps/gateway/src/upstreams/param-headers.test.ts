import { expect, test } from 'vitest';
import { paramMismatch, withoutUndeclared } from './param-headers.ts';

const schema = {
  type: 'object',
  properties: {
    region: { type: 'string', 'x-mcp-header': 'Region' },
    cents: { type: 'integer', 'x-mcp-header': 'Cents' },
    to: { type: 'object', properties: { city: { type: 'string', 'x-mcp-header': 'City' } } },
  },
};
const args = { region: 'eu', cents: 5, to: { city: 'Genève' } };
const mismatch = (name: string, value: string, of: object = args) =>
  paramMismatch(new Map([[name, value]]), schema, of);

test.each([
  ['mcp-param-region', 'eu'],
  ['mcp-param-cents', '5'],
  ['mcp-param-city', `=?base64?${Buffer.from('Genève').toString('base64')}?=`],
  ['mcp-param-unknown', 'anything'],
  ['accept', 'us'],
])('`%s: %s` agrees with the arguments', (name, value) => {
  expect(mismatch(name, value)).toBeNull();
});

test.each([
  ['mcp-param-region', 'us', args],
  ['mcp-param-region', 'eu', {}],
  ['mcp-param-cents', '500', args],
  ['mcp-param-city', '=?base64?R2Vub3Zh?=', args],
  ['mcp-param-city', 'Paris', { to: 'Paris' }],
  ['mcp-param-region', '[object Object]', { region: {} }],
])('`%s: %s` does not', (name, value, of) => {
  expect(mismatch(name, value, of)).toContain(`\`${name}\``);
});

test('an approved call carries only headers that repeat what was approved', () => {
  const headers = new Map([
    ['mcp-param-region', 'eu'],
    ['mcp-param-more', 'smuggled'],
    ['accept', 'application/json'],
  ]);
  expect([...withoutUndeclared(headers, schema).keys()]).toEqual(['mcp-param-region', 'accept']);
  expect([...withoutUndeclared(headers, null).keys()]).toEqual(['accept']);
});
