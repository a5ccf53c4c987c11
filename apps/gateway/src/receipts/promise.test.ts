import { expect, test } from 'vitest';
import type { CommittedEntry } from '../store/store.ts';
import { createPromiseWatch } from './promise.ts';

function watched() {
  const told: string[] = [];
  const state = { now: 0, size: 0 };
  const watch = createPromiseWatch({
    promiseSeconds: 5,
    covered: async () => state.size,
    now: () => state.now,
    tell: (message) => told.push(message),
  });
  const commit = (index: number) =>
    watch.committed([{ header: { index, time: state.now * 1000 } } as unknown as CommittedEntry]);
  return { watch, told, state, commit };
}

test('is broken when no checkpoint covers an entry in time, said once, and kept again once one does', async () => {
  const { watch, told, state, commit } = watched();
  commit(0);
  state.now = 5_000;
  await watch.look();
  expect([watch.overdue(), told]).toEqual([null, []]);
  state.now = 5_001;
  await watch.look();
  await watch.look();
  expect(watch.overdue()).toContain('within 5 s');
  expect(told).toHaveLength(1);
  state.size = 1;
  await watch.look();
  expect(watch.overdue()).toBeNull();
  expect(told[1]).toContain('again');
});

test('an entry that a checkpoint just missed has its own time', async () => {
  const { watch, state, commit } = watched();
  commit(0);
  state.now = 3_000;
  commit(1);
  state.size = 1;
  state.now = 6_000;
  await watch.look();
  expect(watch.overdue()).toBeNull();
  state.now = 8_001;
  expect(watch.overdue()).toContain('entry 1');
});

test('however many entries wait, what is kept of them grows with time only', async () => {
  const { watch, state, commit } = watched();
  for (let index = 0; index < 100_000; index += 1) {
    state.now = index / 100;
    commit(index);
  }
  state.size = 100_000;
  await watch.look();
  state.now = 1e9;
  expect(watch.overdue()).toBeNull();
});
