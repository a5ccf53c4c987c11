import { describe, expect, test } from 'vitest';
import { type ClassifierSettings, createClassifiers, MAX_TEXT } from './classifiers.ts';

const NONE = { on: ['input', 'output'], upstreams: [], patterns: [], words: [], shapes: [] } as const;

function labelsOf(
  settings: readonly (Partial<ClassifierSettings> & { readonly labels: readonly string[] })[],
  json: unknown,
  side: 'input' | 'output' = 'input',
): readonly string[] {
  const created = createClassifiers(settings.map((one, i) => ({ name: `c${i}`, ...NONE, ...one })));
  if (!created.ok) throw new Error(created.error);
  return created.value.labels(side, 'crm', typeof json === 'string' ? json : JSON.stringify(json));
}

const EMAIL = '[\\w.+-]{1,64}@[\\w-]{1,63}(?:\\.[\\w-]{1,63}){1,8}';
const CARD = '4111 1111 1111 1111';

describe('looks for a pattern in', () => {
  test.each([
    ['a string', { a: 'write to ines@northwind.example' }],
    ['a string that hides it behind escapes', '{"a":"ines\\u0040northwind.example"}'],
    ['the name of a member', { 'ines@northwind.example': 1 }],
    [
      'JSON within a string',
      { text: JSON.stringify({ deep: [JSON.stringify(['ines\u0040northwind.example'])] }) },
    ],
    ['JSON within a string that hides it', { text: '{"a":"ines\\u0040northwind.example"}' }],
    ['a list in a list', { a: [[['x', 'ines@northwind.example']]] }],
    ['prose that is no JSON', 'the server said: ines@northwind.example'],
  ])('%s', (_, json) => {
    expect(labelsOf([{ labels: ['pii'], patterns: [EMAIL] }], json)).toEqual(['pii']);
  });
});

test('numbers are looked at as they are written', () => {
  const cards = [{ labels: ['pci'], shapes: ['card-numbers'] }] as const;
  expect(labelsOf(cards, '{"card":4111111111111111}')).toEqual(['pci']);
  expect(labelsOf(cards, '{"card":4111111111111112}')).toEqual([]);
  expect(labelsOf(cards, { text: `card ${CARD}, please` })).toEqual(['pci']);
});

test('secrets are known by their shape', () => {
  const secrets = [{ labels: ['secret'], shapes: ['secrets'] }] as const;
  expect(labelsOf(secrets, { h: 'Bearer abcdefghijklmnop' })).toEqual(['secret']);
  expect(labelsOf(secrets, { h: 'a bearer of news' })).toEqual([]);
});

test('a match in any way gives the labels of that classifier, each once', () => {
  const all = [
    { labels: ['pii', 'person'], patterns: [EMAIL, 'ines'] },
    { labels: ['pii'], words: ['northwind'] },
    { labels: ['other'], words: ['fabrikam'] },
  ];
  expect(labelsOf(all, { a: 'ines@northwind.example' })).toEqual(['pii', 'person']);
});

test('looks only on its side, and only at its upstreams', () => {
  const words = ['falcon'];
  expect(labelsOf([{ labels: ['x'], words, on: ['output'] }], { a: 'falcon' })).toEqual([]);
  expect(labelsOf([{ labels: ['x'], words, on: ['output'] }], { a: 'falcon' }, 'output')).toEqual(['x']);
  expect(labelsOf([{ labels: ['x'], words, upstreams: ['hr'] }], { a: 'falcon' })).toEqual([]);
  expect(labelsOf([{ labels: ['x'], words, upstreams: ['hr', 'crm'] }], { a: 'falcon' })).toEqual(['x']);
});

test('what is too long to be looked through gets the labels of all that would have looked', () => {
  const all = [
    { labels: ['a'], words: ['falcon'] },
    { labels: ['b'], words: ['falcon'], on: ['output'] as const },
  ];
  expect(labelsOf(all, { a: 'x'.repeat(MAX_TEXT) })).toEqual(['a']);
  expect(labelsOf(all, { a: 'x'.repeat(MAX_TEXT - 10) })).toEqual([]);
});

test('so does what two readers could read differently', () => {
  expect(labelsOf([{ labels: ['x'], words: ['falcon'] }], '{"a":"f\\u0061lcon","a":"x"}')).toEqual(['x']);
  expect(labelsOf([{ labels: ['x'], words: ['falcon'] }], '{"a":"kite","a":"x"}')).toEqual(['x']);
});

describe('a list of words', () => {
  const finds = (words: readonly string[], text: string): boolean =>
    labelsOf([{ labels: ['x'], words }], { text }).length > 0;

  test.each([
    ['falcon', 'The FALCON flies'],
    ['Project Falcon', 'about project-falcon.'],
    ['project falcon', 'the project project\nFalcon'],
    ['a b c', 'a a b c'],
    ['Straße', 'in der STRASSE'.replace('STRASSE', 'Straße')],
    ['pin', 'the ＰＩＮ'],
    ['Müller', 'Mu\u0308ller'],
  ])('finds `%s` in `%s`', (word, text) => {
    expect(finds([word], text)).toBe(true);
  });

  test.each([
    ['falcon', 'falconry'],
    ['falcon', 'a_falcon'],
    ['project falcon', 'project of falcon'],
    ['a b c', 'a b a c'],
  ])('does not find `%s` in `%s`', (word, text) => {
    expect(finds([word], text)).toBe(false);
  });
});
