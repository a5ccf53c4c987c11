import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scan } from './scan.ts';
import { compileShape } from './shape.ts';
import { type Edit, editMembers, removeItems, replaceValue, splice } from './splice.ts';
import type { Container } from './types.ts';

const shape = compileShape({ 'params._meta': {}, list: {} });
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function containerOf(text: string, path: string): Container {
  const result = scan(encode(text), shape);
  const container = result.ok ? result.value.containers.get(path) : undefined;
  if (container === undefined) throw new Error(`no ${path} in ${text}`);
  return container;
}
function edited(text: string, path: string, changes: Record<string, string | null>): string {
  return decode(splice(encode(text), editMembers(containerOf(text, path), new Map(Object.entries(changes)))));
}

describe('editing members', () => {
  const message = '{ "id" : 1.0, "né":"é", "params":{"_meta":{ "a" : 1 , "b":2 },"x":1e2}}';

  it('adds one without touching another byte', () => {
    expect(edited(message, 'params._meta', { traceparent: '"00-1"' })).toBe(
      '{ "id" : 1.0, "né":"é", "params":{"_meta":{ "a" : 1 , "b":2,"traceparent":"00-1" },"x":1e2}}',
    );
  });

  it('replaces one in its place', () => {
    expect(edited(message, '', { id: '"call_1"' })).toBe(message.replace('1.0', '"call_1"'));
  });

  it('removes the first, the last, or one that is not there', () => {
    expect(edited(message, 'params._meta', { a: null })).toBe(message.replace('"a" : 1 , ', ''));
    expect(edited(message, 'params._meta', { b: null })).toBe(message.replace(' , "b":2', ''));
    expect(edited(message, 'params._meta', { c: null })).toBe(message);
  });

  it('removes all, and adds to what is left', () => {
    expect(edited('{"a":1, "b":2}', '', { a: null, b: null })).toBe('{}');
    expect(edited('{"a":1, "b":2}', '', { a: null, b: null, c: '3', d: '4' })).toBe('{"c":3,"d":4}');
    expect(edited('{"a":1, "b":2}', '', { b: null, c: '3' })).toBe('{"a":1,"c":3}');
    expect(edited('{ }', '', { c: '3' })).toBe('{"c":3 }');
  });

  it('finds a member whose name was sent with escapes', () => {
    expect(edited('{"\\u0061":1,"b":2}', '', { a: '9' })).toBe('{"\\u0061":9,"b":2}');
  });
});

describe('removing items', () => {
  it('keeps the bytes of those that stay', () => {
    const text = '{"list":[ {"n":1.0} , {"n":2},{"n":3} ]}';
    const without = (...gone: number[]): string =>
      decode(
        splice(
          encode(text),
          removeItems(containerOf(text, 'list'), (i) => gone.includes(i)),
        ),
      );
    expect(without(0)).toBe('{"list":[ {"n":2},{"n":3} ]}');
    expect(without(1)).toBe('{"list":[ {"n":1.0} , {"n":3} ]}');
    expect(without(1, 2)).toBe('{"list":[ {"n":1.0} ]}');
    expect(without(0, 2)).toBe('{"list":[ {"n":2} ]}');
    expect(without(0, 1, 2)).toBe('{"list":[ ]}');
    expect(without()).toBe(text);
  });
});

describe('splicing', () => {
  it('makes several edits in one pass, in any order', () => {
    const text = '{"id":1,"params":{"_meta":{}}}';
    const root = containerOf(text, '');
    const edits = [
      ...editMembers(containerOf(text, 'params._meta'), new Map([['k', '"v"']])),
      replaceValue(root.members.get('id') ?? root, '42'),
    ];
    expect(decode(splice(encode(text), edits))).toBe('{"id":42,"params":{"_meta":{"k":"v"}}}');
  });

  it('refuses edits that overlap, or leave the text', () => {
    const at = (start: number, end: number): Edit => ({ start, end, text: '' });
    expect(() => splice(encode('0123456789'), [at(0, 5), at(4, 6)])).toThrow(RangeError);
    expect(() => splice(encode('0123456789'), [at(8, 11)])).toThrow(RangeError);
  });

  it('gives exactly the object with the changes, and keeps every other byte, whatever they are', () => {
    const names = fc.constantFrom('a', 'b', 'c', 'é', 'd"', '10', '9');
    const object = fc.dictionary(names, fc.jsonValue({ maxDepth: 1, noUnicodeString: false }));
    const changes = fc.dictionary(names, fc.constantFrom(null, '1', '"x"', '{"y":[]}'));
    const property = fc.property(object, changes, fc.constantFrom(0, 1, '\t'), (value, change, indent) => {
      const text = JSON.stringify(value, null, indent).toWellFormed();
      const result = scan(encode(text));
      const root = result.ok ? result.value.containers.get('') : undefined;
      if (root === undefined) return true;
      const out = decode(splice(encode(text), editMembers(root, new Map(Object.entries(change)))));
      const want: Record<string, unknown> = { ...(JSON.parse(text) as object) };
      for (const [name, json] of Object.entries(change)) {
        if (json === null) delete want[name];
        else want[name] = JSON.parse(json);
      }
      const keptBytes = [...root.members]
        .filter(([name]) => !Object.hasOwn(change, name))
        .every(([, member]) => out.includes(decode(encode(text).subarray(member.nameStart, member.end))));
      return keptBytes && isDeepStrictEqual(JSON.parse(out), want);
    });
    expect(fc.check(property, { numRuns: 2000 })).toMatchObject({ failed: false });
  });
});
