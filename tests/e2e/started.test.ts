// What a gateway records of itself, as it is started and stopped: no process wrote to the log without the log saying so (issue 4,
// item 1).
import { readFile, writeFile } from 'node:fs/promises';
import { type Gateway, spawnGateway } from '@countersign/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { entriesOf, type EntryHeader } from './entries.ts';

let first: Gateway;
let second: Gateway;
beforeAll(async () => {
  first = await spawnGateway({ config: { manifests: {}, policies: {} }, readyTimeoutMs: 90_000 });
});
afterAll(async () => {
  await second?.dispose();
  await first?.dispose();
});

const bodies = async (kind: string): Promise<readonly EntryHeader['body'][]> =>
  (await entriesOf(second, kind)).map(({ body }) => body);

test('each start and stop, the keys that the first one made, and a configuration that is another are entries', async () => {
  await first.stop();
  const config = await readFile(first.config, 'utf8');
  await writeFile(first.config, config.replace('{', '{ "hold": { "maxSeconds": 3 },'));
  second = await spawnGateway({ config: first.config, dataDir: first.dataDir });

  expect(await bodies('log.opened')).toHaveLength(1);
  expect(await bodies('node.started')).toHaveLength(2);
  expect(await bodies('node.stopped')).toEqual([{ reason: 'signal' }]);
  const configured = await bodies('config.changed');
  expect(configured.map(({ previous }) => previous)).toEqual([null, configured[0]?.['config']]);
  expect(configured[1]?.['config']).not.toBe(configured[0]?.['config']);
  const made = (await bodies('key.created')).map(({ role }) => role);
  expect(made).toEqual(expect.arrayContaining(['call_token', 'checkpoint', 'receipt', 'payload']));
  expect(new Set(made).size).toBe(made.length);
});
