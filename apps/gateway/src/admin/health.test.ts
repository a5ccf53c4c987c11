import { expect, test } from 'vitest';
import type { AdminDeps } from './deps.ts';
import { healthApp } from './health.ts';

async function ready(faults: { fault?: string; degraded?: boolean; concerns?: readonly string[] }) {
  const { fault = null, degraded = false, concerns = [] } = faults;
  const policies = { status: () => ({ degraded }) } as unknown as AdminDeps['policies'];
  const app = healthApp({ fault: () => fault, concerns: () => concerns, policies });
  const response = await app.request('/ready');
  return [response.status, ((await response.json()) as { status: string }).status];
}

test('a node that serves and breaks a promise says so, and is not taken out of service for it', async () => {
  expect(await ready({})).toEqual([200, 'ok']);
  expect(await ready({ concerns: ['checkpoints are late'] })).toEqual([200, 'degraded']);
  expect(await ready({ degraded: true })).toEqual([200, 'degraded']);
  expect(await ready({ fault: 'the disk is full', concerns: ['checkpoints are late'] })).toEqual([
    503,
    'unavailable',
  ]);
});
