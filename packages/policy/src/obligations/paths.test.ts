import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePath, parsePathList } from './paths.ts';

const steps = (text: string, root: 'input' | 'result' = 'input') => {
  const read = parsePath(text, root);
  if (!read.ok) throw new Error(read.message);
  return read.value.steps.map((step) => (step.kind === 'member' ? step.name : step.kind));
};
const refusal = (text: string, root: 'input' | 'result' = 'input') => {
  const read = parsePathList(text, root);
  return read.ok ? 'it was taken' : read.message;
};

describe('a path', () => {
  test.each([
    ['input.ssn', ['ssn']],
    ['input.a.b', ['a', 'b']],
    ['input.items[].card', ['items', 'items', 'card']],
    ['input.people.*.email', ['people', 'members', 'email']],
    ['input["a.b"]["c]"].d', ['a.b', 'c]', 'd']],
    ['input[]', ['items']],
    ['input.$ref.straße.x-y', ['$ref', 'straße', 'x-y']],
    ['input', []],
  ])('%s', (text, expected) => {
    expect(steps(text)).toEqual(expected);
  });

  test('has one way to write it, which reads back', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom('a', 'a b', 'a.b', '"', '[]', '*', 'input')), {
          maxLength: 32,
        }),
        (names) => {
          const text = `input${names.map((name) => `[${JSON.stringify(name)}]`).join('')}`;
          const read = parsePath(text, 'input');
          if (!read.ok) throw new Error(read.message);
          expect(steps(text)).toEqual(names);
          expect(parsePath(read.value.text, 'input')).toEqual(read);
        },
      ),
    );
  });
});

describe('a list of paths', () => {
  test('has commas between them, also where a name holds one, and holds each once', () => {
    const read = parsePathList(' input.a , input["b,c"],input["a"] ', 'input');
    expect(read.ok && read.value.map(({ text }) => text)).toEqual(['input.a', 'input["b,c"]']);
  });

  test.each([
    ['', 'begins with an empty path and not with `input`'],
    ['ssn', 'begins with `ssn` and not with `input`'],
    ['inputs.a', 'begins with `inputs` and not with `input`'],
    ['result.a', 'begins with `result` and not with `input`'],
    ['input.', '`.` is no step'],
    ['input..a', '`..a` is no step'],
    ['input.a[0]', '`[0]` is no step'],
    ['input[*]', '`[*]` is no step'],
    ['input["a]', '`["a]` is no step'],
    ['input["\\u00zz"]', 'is no step'],
    ['input.a input.b', 'a comma is missing'],
    ['input.a,', 'begins with an empty path'],
    ['input.a,,input.b', 'begins with an empty path'],
    [`input${'.a'.repeat(33)}`, 'more than 32 steps'],
    [Array.from({ length: 65 }, (_, i) => `input.a${i}`).join(), 'more than 64 paths'],
  ])('%s is refused', (text, why) => {
    expect(refusal(text)).toContain(why);
  });

  test('`result` alone is refused: what nobody may see is to be forbidden', () => {
    expect(refusal('result', 'result')).toContain('forbid the call');
    expect(refusal('result.a', 'result')).toBe('it was taken');
  });
});
