import { expect, test } from 'vitest';
import { leafChanges } from './leaf-changes.ts';

test('only values that differ are told, each with its place', () => {
  const before = '{"vendor":"acme","lines":[{"cents":10},{"cents":5}],"note":"x"}';
  const after = '{"vendor":"acme","lines":[{"cents":12}],"urgent":true,"note":"x"}';
  expect(leafChanges(before, after)).toEqual([
    { path: 'lines[0].cents', before: '10', after: '12' },
    { path: 'lines[1].cents', before: '5', after: null },
    { path: 'urgent', before: null, after: 'true' },
  ]);
});

test('the order of members is no difference, and an empty list is something', () => {
  expect(leafChanges('{"a":1,"b":2}', '{"b":2,"a":1}')).toEqual([]);
  expect(leafChanges('{"a":[]}', '{"a":[1]}')).toEqual([
    { path: 'a', before: '[]', after: null },
    { path: 'a[0]', before: null, after: '1' },
  ]);
});

test('numbers that JavaScript would take for one are two', () => {
  expect(leafChanges('{"n":9007199254740993}', '{"n":9007199254740992}')).toEqual([
    { path: 'n', before: '9007199254740993', after: '9007199254740992' },
  ]);
});

test('names that could be taken for places are written so that they cannot', () => {
  expect(leafChanges('{"a.b":1}', '{"a":{"b":1}}')).toEqual([
    { path: '["a.b"]', before: '1', after: null },
    { path: 'a.b', before: null, after: '1' },
  ]);
});

test('what is not JSON is not compared', () => {
  expect(leafChanges('{', '{}')).toBeNull();
});
