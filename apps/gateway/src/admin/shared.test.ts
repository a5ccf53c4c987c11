import { expect, test } from 'vitest';
import { createShare } from './shared.ts';

/** Work that says the how manieth it is, when it is let. */
function counting() {
  const waiting: (() => void)[] = [];
  let begun = 0;
  return {
    begun: () => begun,
    work: async (): Promise<number> => {
      begun += 1;
      const mine = begun;
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push(resolve);
      await promise;
      return mine;
    },
    finish: async (): Promise<void> => {
      waiting.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test('whoever asks while it is worked on gets the next answer, with all who wait for it', async () => {
  const share = createShare();
  const { begun, work, finish } = counting();
  const first = share('a', work);
  const waiting = [share('a', work), share('a', work), share('a', work)];
  expect(begun()).toBe(1);
  await finish();
  expect(await first).toBe(1);
  expect(begun()).toBe(2);
  const later = share('a', work);
  await finish();
  expect(await Promise.all(waiting)).toEqual([2, 2, 2]);
  await finish();
  expect(await later).toBe(3);
});

test('other questions wait for nothing, and once all is answered nothing is kept', async () => {
  const share = createShare();
  const { begun, work, finish } = counting();
  const both = [share('a', work), share('b', work)];
  expect(begun()).toBe(2);
  await finish();
  await finish();
  expect(await Promise.all(both)).toEqual([1, 2]);
  const again = share('a', work);
  expect(begun()).toBe(3);
  await finish();
  expect(await again).toBe(3);
});

test('work that fails fails for those who waited for it, and for nobody after', async () => {
  const share = createShare();
  const fails = share('a', () => Promise.reject(new Error('broken')));
  const next = share('a', async () => 'whole');
  await expect(fails).rejects.toThrow('broken');
  expect(await next).toBe('whole');
});
