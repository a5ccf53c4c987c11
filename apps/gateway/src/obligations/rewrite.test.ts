import { type ObligationPath, parsePath } from '@countersign/policy';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readTree } from './json-tree.ts';
import { RETURNED } from './marks.ts';
import { rewrite } from './rewrite.ts';
import { secretsIn } from './secrets.ts';
import { select } from './select.ts';

const pathsOf = (...texts: string[]): ObligationPath[] =>
  texts.map((text) => {
    const path = parsePath(text, 'result');
    if (!path.ok) throw new Error(path.message);
    return path.value;
  });

function masked(text: string, ...paths: string[]): string | null {
  const tree = readTree(text);
  if (tree === null) throw new Error('the text of a test cannot be read');
  const chosen = select(tree, pathsOf(...paths));
  return rewrite(text, tree, new Set(chosen), secretsIn(chosen), RETURNED);
}

describe('a text', () => {
  test('loses the values that the paths name, and nothing else of it', () => {
    const text =
      '{ "ssn" : "123-45-6789",\n\t"n": 1.50e2, "u":"\\u00e9\\/", "rows":[{"email":"a@b.example"}, {"x":null}] }';
    expect(masked(text, 'result.ssn', 'result.rows[].email')).toBe(
      '{ "ssn" : "[masked]",\n\t"n": 1.50e2, "u":"\\u00e9\\/", "rows":[{"email":"[masked]"}, {"x":null}] }',
    );
  });

  test.each([
    [
      'every member of an object',
      '{"a":{"x":{"n":"one"},"y":{"n":"two"}}}',
      'result.a.*.n',
      '{"a":{"x":{"n":"[masked]"},"y":{"n":"[masked]"}}}',
    ],
    ['every item of an array', '{"a":[1,"x",[2]]}', 'result.a[]', '{"a":["[masked]","[masked]","[masked]"]}'],
    ['an object whole', '{"a":{"b":1}}', 'result.a', '{"a":"[masked]"}'],
    ['a member with an odd name', '{"a.b":"v","__x":1}', 'result["a.b"]', '{"a.b":"[masked]","__x":1}'],
    ['a member that is not there', '{"a":1}', 'result.b.c', '{"a":1}'],
    ['what is null on the way', '{"a":null}', 'result.a.b', '{"a":null}'],
    ['what is null at the end', '{"a":null}', 'result.a', '{"a":"[masked]"}'],
    [
      'an array where an object was expected: all of it',
      '{"a":[{"b":"x"}]}',
      'result.a.b',
      '{"a":"[masked]"}',
    ],
    [
      'an object where an array was expected: all of it',
      '{"a":{"b":"x"}}',
      'result.a[].b',
      '{"a":"[masked]"}',
    ],
    ['a text where an object was expected: all of it', '{"a":"b: secret"}', 'result.a.b', '{"a":"[masked]"}'],
    ['the same twice', '{"a":{"b":"x"}}', 'result.a.b', '{"a":{"b":"[masked]"}}'],
  ])('%s', (_name, text, path, expected) => {
    expect(masked(text, path, path)).toBe(expected);
  });

  test('a path within what another path names changes nothing', () => {
    expect(masked('{"a":{"b":"x"}}', 'result.a.b', 'result.a')).toBe('{"a":"[masked]"}');
  });
});

describe('what repeats a value', () => {
  test('loses it too: texts, numbers, and JSON in a text', () => {
    const nested = JSON.stringify({ s: 'quo"ted' });
    const text = JSON.stringify({
      s: 'quo"ted',
      n: 41111,
      note: 'is quo"ted!',
      also: 41111,
      twice: nested,
      other: '41111.',
    });
    expect(JSON.parse(masked(text, 'result.s', 'result.n') ?? '')).toEqual({
      s: '[masked]',
      n: '[masked]',
      note: 'is [masked]!',
      also: '[masked]',
      twice: '{"s":"[masked]"}',
      other: '[masked].',
    });
  });

  test('a value too short to be looked for is only taken out where it stands', () => {
    expect(masked('{"a":"abc","b":"abc","n":123,"m":123}', 'result.a', 'result.n')).toBe(
      '{"a":"[masked]","b":"abc","n":"[masked]","m":123}',
    );
  });

  test('a name that holds one makes the text untellable', () => {
    expect(masked('{"by":{"a@b.example":{"email":"a@b.example"}}}', 'result.by.*.email')).toBeNull();
  });
});

test('a text that two readers could see differently is not read', () => {
  for (const text of [
    '',
    '{',
    '{}{}',
    '{"a":1,"a":2}',
    '1,"b":2',
    '{"__proto__":1}',
    '"\\ud800"',
    `${'['.repeat(300)}${']'.repeat(300)}`,
  ])
    expect(readTree(text), text).toBeNull();
});

describe('for every text', () => {
  const secret = fc
    .string({
      minLength: 6,
      maxLength: 12,
      unit: fc.constantFrom('x', 'é', '"', '\\', ' ', '7', '\u{1F600}'),
    })
    .map((text) => `s3:${text}`);
  const noise = fc.jsonValue({ maxDepth: 3 });
  const document = fc.record({
    secrets: fc.array(secret, { minLength: 1, maxLength: 4 }),
    noise,
    more: noise,
    indent: fc.constantFrom(0, 1, 3),
  });

  test('no value that was masked is left in what is told, in whatever place it was repeated', () => {
    fc.assert(
      fc.property(document, ({ secrets, noise: other, more, indent }) => {
        const value = {
          rows: secrets.map((secretText, i) => ({ i, secret: secretText, other })),
          more,
          said: `before ${secrets.join(' and ')} after`,
          twin: JSON.stringify(secrets),
          deep: [[{ again: secrets[0] }]],
        };
        const text = JSON.stringify(value, null, indent);
        const told = masked(text, 'result.rows[].secret');
        if (told === null) throw new Error('nothing here has a secret name');
        for (const one of secrets) {
          expect(told).not.toContain(one.trim());
          expect(told).not.toContain(JSON.stringify(one.trim()).slice(1, -1));
        }
        const parsed = JSON.parse(told) as typeof value;
        expect(parsed.more).toEqual(JSON.parse(JSON.stringify(more)));
        expect(parsed.rows.map((row) => [row.i, row.other])).toEqual(
          value.rows.map((row) => [row.i, JSON.parse(JSON.stringify(row.other)) as unknown]),
        );
      }),
    );
  });

  test('where nothing is masked, the text is the same', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(0, 2), (json, indent) => {
        const text = JSON.stringify({ a: JSON.parse(json) as unknown }, null, indent);
        const tree = readTree(text);
        fc.pre(tree !== null);
        if (tree === null) return;
        expect(rewrite(text, tree, new Set(), secretsIn([]), RETURNED)).toBe(text);
      }),
    );
  });
});
