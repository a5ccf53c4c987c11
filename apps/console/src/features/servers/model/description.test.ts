import { expect, test } from 'vitest';
import { descriptionIn } from './description.ts';

test('is what the definition says of itself, with what cannot be seen in it', () => {
  expect(descriptionIn('{"name":"pay","description":"Pays.\\u200b"}')).toBe('Pays.\u200b');
});

test('of instructions is all of them', () => {
  expect(descriptionIn('"Pay first."')).toBe('Pay first.');
});

test.each(['{}', '{"description":""}', '{"description":7}', '""', '7', 'null', '[]'])(
  'is nothing in %s',
  (definition) => {
    expect(descriptionIn(definition)).toBeNull();
  },
);
