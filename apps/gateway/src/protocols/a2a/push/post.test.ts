import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPoster } from './post.ts';

let asked = 0;
const server = createServer((_request, response) => {
  asked += 1;
  response.writeHead(200).end();
});
let url = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
});
afterAll(() => server.close());

const post = async (rules: Parameters<typeof createPoster>[0]) => {
  const poster = createPoster(rules, 5_000);
  const posted = await poster.post(url, {}, Buffer.from('{}'), new AbortController().signal);
  await poster.close();
  return posted;
};

test('what the rules of now forbid is not connected to, whenever it was set', async () => {
  expect(await post({ development: false, hosts: [], ports: [443] })).toMatchObject({ outcome: 'refused' });
  expect(await post({ development: true, hosts: ['hooks.example.com'], ports: [443] })).toMatchObject({
    outcome: 'refused',
  });
  expect(asked).toBe(0);
  expect(await post({ development: true, hosts: [], ports: [443] })).toMatchObject({ outcome: 'delivered' });
  expect(asked).toBe(1);
});
