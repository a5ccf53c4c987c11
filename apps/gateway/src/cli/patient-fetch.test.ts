import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { patientFetch } from './patient-fetch.ts';

afterEach(() => {
  vi.useRealTimers();
});

test('an answer that begins after a quarter of an hour is waited for', async () => {
  const server = createServer();
  const asked = once(server, 'request');
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const { port } = server.address() as AddressInfo;
  const answer = patientFetch(`http://127.0.0.1:${port}`, {
    method: 'POST',
    headers: new Headers({ authorization: 'Bearer one' }),
    body: '{}',
  });
  answer.catch(() => undefined);
  const [request, response] = (await asked) as [IncomingMessage, ServerResponse];
  expect(request.headers.authorization).toBe('Bearer one');
  await vi.advanceTimersByTimeAsync(15 * 60_000);
  response.end('late');
  expect(await (await answer).text()).toBe('late');
  server.close();
});
