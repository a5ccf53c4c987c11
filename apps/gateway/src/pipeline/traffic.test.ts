import { newId } from '@countersign/audit';
import { expect, test } from 'vitest';
import type { CommitRequest, CommitResult } from '../store/types.ts';
import { createTraffic } from './traffic.ts';

const UPSTREAM = newId('srv');
const refusal = (reason: string) => ({ code: 'unauthenticated', reason, message: 'no' }) as const;

/** A writer that takes or refuses, and keeps what it was given. */
function writer() {
  const taken: CommitRequest[] = [];
  let isDown = false;
  return {
    taken,
    down: (now: boolean) => {
      isDown = now;
    },
    commit: async (request: CommitRequest): Promise<CommitResult> => {
      if (isDown) return { ok: false, code: 'log_unavailable', message: 'disk full' };
      taken.push(request);
      return { ok: true, receipts: [] };
    },
  };
}

test('a flood of refusals is one entry of each class, with its count and a sample', async () => {
  const log = writer();
  const traffic = createTraffic(log, () => 5);
  for (let i = 0; i < 1000; i += 1) traffic.reject(refusal(`attempt ${i}`));
  await traffic.flush();
  expect(log.taken.flatMap(({ entries }) => entries)).toMatchObject([
    {
      kind: 'reject.summary',
      body: { code: 'unauthenticated', count: 1000 },
      details: { sample: 'attempt 0' },
    },
  ]);
});

test('who was not let in on the admin plane is counted apart from agents', async () => {
  const log = writer();
  const traffic = createTraffic(log, () => 5);
  traffic.reject(refusal('an agent'));
  for (const reason of ['no_role: nora', 'not_verified: x']) traffic.signInFailed(reason);
  await traffic.flush();
  expect(log.taken.flatMap(({ entries }) => entries)).toMatchObject([
    { body: { code: 'unauthenticated', count: 1 } },
    { body: { code: 'sign_in_failed', count: 2 }, details: { sample: 'no_role: nora' } },
  ]);
});

test('a sample is as long as a line, however much somebody unknown has sent', async () => {
  const log = writer();
  const traffic = createTraffic(log, () => 5);
  traffic.reject(refusal('x'.repeat(4_000_000)));
  await traffic.flush();
  const samples = log.taken.flatMap(({ entries }) => entries.map(({ details }) => details));
  expect(samples).toEqual([{ sample: 'x'.repeat(200) }]);
});

test('counts survive a log that cannot be written, and are written once it can', async () => {
  const log = writer();
  const traffic = createTraffic(log, () => 5);
  traffic.count(UPSTREAM, 'mcp:ping');
  log.down(true);
  await traffic.flush();
  traffic.count(UPSTREAM, 'mcp:ping');
  log.down(false);
  await traffic.flush();
  expect(log.taken.flatMap(({ entries }) => entries)).toMatchObject([
    { kind: 'traffic.summary', body: { upstream: UPSTREAM, operation: 'mcp:ping', count: 2 } },
  ]);
});

test('nothing counted, nothing written', async () => {
  const log = writer();
  await createTraffic(log, () => 5).flush();
  expect(log.taken).toEqual([]);
});
