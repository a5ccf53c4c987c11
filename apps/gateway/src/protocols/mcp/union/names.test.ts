import { expect, test } from 'vitest';
import { assert, property, string, stringMatching } from 'fast-check';
import { hasOwnPrefix, idAt, nameAt, readId, readName, readUri, uriAt } from './names.ts';

const server = stringMatching(/^[a-z0-9](?:[a-z0-9._-]{0,20}[a-z0-9])?$/).filter((name) =>
  hasOwnPrefix(name),
);
const own = string({ minLength: 1 });

test('whatever a server calls its things, the name at the endpoint leads back to it and to nothing else', () => {
  assert(
    property(server, own, (name, thing) => {
      expect(readName(nameAt(name, thing))).toEqual({ server: name, own: thing });
      expect(readUri(uriAt(name, thing))).toEqual({ server: name, own: thing });
      expect(readId(idAt(name, thing))).toEqual({ server: name, own: thing });
    }),
  );
});

test('two servers never have one name between them', () => {
  assert(
    property(server, own, server, own, (a, x, b, y) => {
      expect(nameAt(a, x) === nameAt(b, y)).toBe(a === b && x === y);
    }),
  );
  expect(hasOwnPrefix('a__b')).toBe(false);
});

test('1 and "1" are two ids', () => {
  expect(readId(idAt('crm', 1))).toEqual({ server: 'crm', own: 1 });
  expect(readId(idAt('crm', '1'))).toEqual({ server: 'crm', own: '1' });
});

test.each(['', '__', 'echo', '__echo', 'crm__', 'CRM__echo', '../x__echo'])('`%s` names nothing', (name) => {
  expect(readName(name)).toBeNull();
});

test.each([
  '',
  'countersign://',
  'countersign://crm',
  'countersign://crm/',
  'countersign:///x',
  'fixture://note',
  'countersign://a b/x',
])('`%s` is no resource of this endpoint', (uri) => {
  expect(readUri(uri)).toBeNull();
});

test.each([1, null, undefined, '', ':', 'crm:', 'crm:{}', 'crm:1.5', 'crm:null', ':1', 'C:1'])(
  '%s is no id',
  (id) => {
    expect(readId(id)).toBeNull();
  },
);
