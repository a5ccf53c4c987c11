import { expect, test } from 'vitest';
import { type Answer, createMemory, type Notes } from './memory.ts';

const slice = (): { notes: Notes | null } => ({ notes: null });
const answer = (): Answer => ({ permits: [], forbids: [], errored: [], errors: [] });

test('what was noted of a slice is recalled of that slice, by that key, as that kind', () => {
  const memory = createMemory();
  const [one, other] = [slice(), slice()];
  const said = answer();
  memory.note('answers', one, 'a', said);
  expect(memory.recall('answers', one, 'a')).toBe(said);
  expect(memory.recall('answers', one, 'b')).toBeUndefined();
  expect(memory.recall('failures', one, 'a')).toBeUndefined();
  expect(memory.recall('answers', other, 'a')).toBeUndefined();
});

test('nothing is recalled that another memory noted', () => {
  const one = slice();
  createMemory().note('answers', one, 'a', answer());
  expect(createMemory().recall('answers', one, 'a')).toBeUndefined();
});

test('it is bounded over all slices, in notes and in the length of their keys', () => {
  for (const [memory, length] of [
    [createMemory(100, 1_000_000), 1],
    [createMemory(1_000_000, 1_000), 10],
  ] as const) {
    const slices = Array.from({ length: 1_000 }, slice);
    for (const [at, one] of slices.entries())
      memory.note('answers', one, String(at).padStart(length), answer());
    const held = slices.filter((one, at) => memory.recall('answers', one, String(at).padStart(length)));
    expect(held.length).toBeGreaterThan(0);
    expect(held.length).toBeLessThanOrEqual(100);
  }
});

test('a key as long as half of all that may be held is not noted, and makes nothing be forgotten', () => {
  const memory = createMemory(100, 1_000);
  const [one, other] = [slice(), slice()];
  memory.note('answers', one, 'a', answer());
  memory.note('answers', other, 'x'.repeat(501), answer());
  expect(memory.recall('answers', other, 'x'.repeat(501))).toBeUndefined();
  expect(memory.recall('answers', one, 'a')).toBeDefined();
});
