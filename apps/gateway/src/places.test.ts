import { expect, test } from 'vitest';
import { createPlaces } from './places.ts';

const here = new AbortController().signal;
const gone = (): string => 'gone';

/** Work that lasts until it is let go. */
function lasting(): { readonly work: () => Promise<string>; readonly end: () => void; began: boolean } {
  const { promise, resolve } = Promise.withResolvers<string>();
  const lasts = {
    began: false,
    work: () => {
      lasts.began = true;
      return promise;
    },
    end: () => resolve('done'),
  };
  return lasts;
}

test('work goes one after the other, in the order in which it was asked for', async () => {
  const places = createPlaces({ each: 3, all: 3 });
  const order: string[] = [];
  const all = ['one', 'two', 'three'].map((name) =>
    places.take(
      'a',
      here,
      async () => {
        order.push(`${name} begins`);
        await Promise.resolve();
        order.push(`${name} ends`);
      },
      () => undefined,
    ),
  );
  await Promise.all(all);
  expect(order).toEqual(['one begins', 'one ends', 'two begins', 'two ends', 'three begins', 'three ends']);
});

test('nobody takes the places of others, and a place is free again once its work is over', async () => {
  const places = createPlaces({ each: 2, all: 3 });
  const first = lasting();
  const quick = async (): Promise<string> => 'done';
  const running = places.take('a', here, first.work, gone);
  const waits = places.take('a', here, quick, gone);
  await expect(places.take('a', here, quick, gone)).rejects.toMatchObject({ of: 'each' });
  const other = places.take('b', here, quick, gone);
  await expect(places.take('c', here, quick, gone)).rejects.toMatchObject({ of: 'all' });
  first.end();
  expect(await Promise.all([running, waits, other])).toEqual(['done', 'done', 'done']);
  expect(await places.take('a', here, quick, gone)).toBe('done');
});

test('whoever goes while they wait leaves their place at once, and their work is never begun', async () => {
  const places = createPlaces({ each: 2, all: 8 });
  const first = lasting();
  const never = lasting();
  const leaving = new AbortController();
  const running = places.take('a', here, first.work, gone);
  const waits = places.take('a', leaving.signal, never.work, gone);
  leaving.abort();
  expect(await waits).toBe('gone');
  const next = places.take('a', here, async () => 'next', gone);
  first.end();
  expect([await running, await next, never.began]).toEqual(['done', 'next', false]);
});

test('work that fails gives its turn on', async () => {
  const places = createPlaces({ each: 2, all: 2 });
  const fails = places.take('a', here, () => Promise.reject(new Error('broken')), gone);
  const next = places.take('a', here, async () => 'next', gone);
  await expect(fails).rejects.toThrow('broken');
  expect(await next).toBe('next');
});

test('as many are on at a time as may be, and the next begins when one of them is over', async () => {
  const places = createPlaces({ each: 1, all: 3, atOnce: 2 });
  const works = [lasting(), lasting(), lasting()];
  const [a, b, c] = works.map(({ work }, at) => places.take(String(at), here, work, gone));
  await Promise.resolve();
  expect(works.map(({ began }) => began)).toEqual([true, true, false]);
  works[1]?.end();
  expect(await b).toBe('done');
  expect(works.map(({ began }) => began)).toEqual([true, true, true]);
  works[0]?.end();
  works[2]?.end();
  expect(await Promise.all([a, c])).toEqual(['done', 'done']);
});
