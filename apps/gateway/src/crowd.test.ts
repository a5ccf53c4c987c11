import { expect, test } from 'vitest';
import { createCrowd } from './crowd.ts';

const limits = { each: { count: 3, size: 100 }, all: { count: 5, size: 150 } };

test('nothing has to go while all is within its limits', () => {
  const crowd = createCrowd<string>(limits);
  crowd.put('a', 'a1', 10);
  crowd.put('b', 'b1', 10);
  expect(crowd.excess()).toBeNull();
});

test('whoever has more than one may have loses the oldest of theirs, by count and by size', () => {
  const crowd = createCrowd<string>(limits);
  crowd.put('b', 'b1', 1);
  for (const thing of ['a1', 'a2', 'a3', 'a4']) crowd.put('a', thing, 1);
  expect(crowd.excess()).toBe('a1');
  crowd.delete('a1');
  expect(crowd.excess()).toBeNull();
  crowd.put('b', 'b2', 120);
  expect(crowd.excess()).toBe('b1');
});

test('where all is full, the one who has the most makes room, and not the oldest', () => {
  const crowd = createCrowd<string>(limits);
  crowd.put('quiet', 'q1', 1);
  for (const thing of ['a1', 'a2', 'a3']) crowd.put('a', thing, 1);
  crowd.put('b', 'b1', 1);
  crowd.put('c', 'c1', 1);
  expect(crowd.excess()).toBe('a1');
  crowd.delete('a1');
  crowd.put('c', 'c1', 90);
  crowd.put('d', 'd1', 60);
  expect(crowd.excess()).toBe('c1');
});

test('another size of the same thing counts once, and what is gone counts no more', () => {
  const crowd = createCrowd<string>(limits);
  crowd.put('a', 'a1', 90);
  crowd.put('a', 'a1', 95);
  crowd.put('b', 'b1', 50);
  expect(crowd.excess()).toBeNull();
  crowd.delete('a1');
  crowd.delete('a1');
  crowd.put('c', 'c1', 100);
  expect(crowd.excess()).toBeNull();
});

test('one thing alone is not pushed out by its own size', () => {
  const crowd = createCrowd<string>({ ...limits, all: { count: 5, size: 1000 } });
  crowd.put('a', 'a1', 500);
  expect(crowd.excess()).toBeNull();
  crowd.put('a', 'a2', 1);
  expect(crowd.excess()).toBe('a1');
});
