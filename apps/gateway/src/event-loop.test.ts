import { expect, test } from 'vitest';
import { shortTurns } from './event-loop.ts';

test('a turn ends, and what others asked for meanwhile comes before the next', async () => {
  const turns = shortTurns();
  while (!turns.isOver());
  let served = false;
  setImmediate(() => {
    served = true;
  });
  await turns.next();
  expect(served).toBe(true);
});
