import { expect, test } from 'vitest';
import { differenceOf } from './difference.ts';

test('a change is shown in place, with what is around it', () => {
  const before = JSON.stringify({ name: 'pay', description: 'Pays', inputSchema: { type: 'object' } });
  const after = JSON.stringify({ name: 'pay', description: 'Pays.\u200b', inputSchema: { type: 'object' } });
  expect(differenceOf(before, after).split('\n')).toEqual([
    '--- accepted',
    '+++ listed now',
    '@@ -1,5 +1,5 @@',
    ' {',
    '-  "description": "Pays",',
    '+  "description": "Pays.\\u200b",',
    '   "inputSchema": {',
    '     "type": "object"',
    '   },',
    '',
  ]);
});

test('what nobody accepted is shown whole', () => {
  expect(differenceOf(null, '{"name":"pay"}').split('\n')).toEqual([
    '--- (none)',
    '+++ listed now',
    '@@ -0,0 +1,3 @@',
    '+{',
    '+  "name": "pay"',
    '+}',
    '',
  ]);
});

test('a definition that is only written otherwise does not differ', () => {
  expect(differenceOf('{"a":1,"b":2}', '{ "b": 2, "a": 1 }')).toBe('');
});

test('texts that have nothing in common are shown one after the other, and not compared for ever', () => {
  const numbers = (from: number) =>
    JSON.stringify({ enum: Array.from({ length: 20_000 }, (_, at) => from + at) });
  const lines = differenceOf(numbers(0), numbers(50_000)).split('\n');
  expect(lines[2]).toBe('@@ -1,20004 +1,20004 @@');
  expect(lines.filter((line) => line.startsWith('-'))).toHaveLength(20_005);
  expect(lines.filter((line) => line.startsWith('+'))).toHaveLength(20_005);
});
