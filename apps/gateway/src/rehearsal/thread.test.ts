import { expect, test } from 'vitest';
import { createRehearsals } from './thread.ts';

test('a thread that cannot be started stands in the way of no later one', async () => {
  const rehearsals = createRehearsals();
  const input = { servers: [], groups: [], teams: [] };
  // What no thread can be given.
  const job = { ...input, groups: [Symbol('group') as unknown as string] };
  await expect(rehearsals.names(job)).rejects.toThrow(/did not start/);
  await expect(rehearsals.names(input)).resolves.toMatchObject({ actions: expect.any(Array) });
  await rehearsals.close();
});
