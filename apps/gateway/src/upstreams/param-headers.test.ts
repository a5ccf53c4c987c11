import { expect, test } from 'vitest';
import { headerText, paramMismatch, withoutUndeclared } from './param-headers.ts';

const schema = {
  type: 'object',
  properties: {
    region: { type: 'string', 'x-mcp-header': 'Region' },
    cents: { type: 'integer', 'x-mcp-header': 'Cents' },
    to: { type: 'object', properties: { city: { type: 'string', 'x-mcp-header': 'City' } } },
  },
};
const args = '{"region":"eu","cents":5,"to":{"city":"Genève"}}';
const mismatch = (name: string, value: string, of: string | null = args) =>
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
  ['mcp-param-region', 'eu', '{}'],
  ['mcp-param-region', 'eu', null],
  ['mcp-param-region', 'null', '{"region":null}'],
  ['mcp-param-cents', '500', args],
  ['mcp-param-cents', '5', '{"cents":"05"}'],
  ['mcp-param-city', '=?base64?R2Vub3Zh?=', args],
  ['mcp-param-city', 'Paris', '{"to":"Paris"}'],
  ['mcp-param-region', '[object Object]', '{"region":{}}'],
  ['mcp-param-region', 'eu', '{"region":["eu"]}'],
])('`%s: %s` does not', (name, value, of) => {
  expect(mismatch(name, value, of)).toContain(`\`${name}\``);
});

test.each([
  ['5', '5.0', true],
  ['5e2', '500', true],
  ['0.50', '0.5', true],
  ['-0', '0', true],
  ['9007199254740993', '9007199254740993', true],
  ['9007199254740993', '9007199254740992', false],
  ['0.1', '0.1000000000000000055', false],
  ['-5', '5', false],
  ['5', '0x5', false],
  ['5', ' 5', false],
  ['5', '', false],
])('the number %s and the header `%s`: the same is %s', (number, header, isSame) => {
  expect(mismatch('mcp-param-cents', header, `{"cents":${number}}`) === null).toBe(isSame);
});

test('a header for which a schema names two arguments has to say what both say', () => {
  const twice = {
    type: 'object',
    properties: { a: { type: 'string', 'x-mcp-header': 'Of' }, b: { type: 'string', 'x-mcp-header': 'of' } },
  };
  const said = (text: string) => paramMismatch(new Map([['mcp-param-of', 'x']]), twice, text);
  expect(said('{"a":"x","b":"x"}')).toBeNull();
  expect(said('{"a":"x","b":"y"}')).toContain('`b`');
});

test.each([
  '=?base64?SGVsbG8?=',
  '=?base64?SGVs!!!bG8=?=',
  '=?base64?/w==?=',
  '=?base64?=',
  'Genève',
  'a\u0000',
])('`%s` is a value that no two readers have to agree on', (value) => {
  expect(headerText(value)).toBeNull();
  expect(mismatch('mcp-param-region', value, JSON.stringify({ region: value }))).toContain('not readable');
});

test.each(['=?base64?SGVsbG8=', 'SGVsbG8=?=', 'SGVsbG8=', '', 'a b'])(
  '`%s` is meant as it stands',
  (value) => {
    expect(headerText(value)).toBe(value);
  },
);

test('an approved call carries only headers that repeat what was approved', () => {
  const headers = new Map([
    ['mcp-param-region', 'eu'],
    ['mcp-param-more', 'smuggled'],
    ['accept', 'application/json'],
  ]);
  expect([...withoutUndeclared(headers, schema).keys()]).toEqual(['mcp-param-region', 'accept']);
  expect([...withoutUndeclared(headers, null).keys()]).toEqual(['accept']);
});
