import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateCosignerKey } from '@countersign/audit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig } from '../config.ts';
import { describeProblems } from './problems.ts';

let folder: string;
let key: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-config-'));
  key = (await generateCosignerKey('witness.example/one')).vkey;
});
afterEach(() => rm(folder, { recursive: true }));

async function load(log: string) {
  const path = join(folder, 'countersign.yaml');
  await writeFile(path, `log: ${log.replaceAll('KEY', key)}\n`);
  const loaded = await loadConfig(path);
  return loaded.ok ? loaded.value.log : describeProblems(loaded.error);
}

test('nobody holds checkpoints unless somebody is named', async () => {
  expect(await load('{}')).toMatchObject({
    witnesses: [],
    anchors: [],
    timestamps: [],
    maxUnwitnessed: 0,
    stopWhenUnwitnessed: false,
    stopWhenContradicted: true,
  });
});

test('paths are relative to the file', async () => {
  expect(
    await load(
      '{ witnesses: w.policy, anchors: [{ file: a }], timestamps: [{ url: "http://t/", ca: ca.pem }] }',
    ),
  ).toMatchObject({
    witnesses: join(folder, 'w.policy'),
    anchors: [{ file: join(folder, 'a') }],
    timestamps: [{ url: 'http://t/', ca: join(folder, 'ca.pem') }],
  });
  expect(await load('{ witnesses: [{ key: KEY, url: "https://w/" }], quorum: 1 }')).toMatchObject({
    witnesses: [{ key, url: 'https://w/' }],
  });
});

test.each([
  ['{ witnesses: 7 }', 'must be a list of witnesses'],
  ['{ witnesses: [{ key: KEY }] }', 'must be a list of witnesses'],
  ['{ witnesses: [{ key: KEY, url: "https://w/" }], quorum: 2 }', 'must be at most 1'],
  ['{ witnesses: w.policy, quorum: 1 }', 'its line `quorum` says it'],
  [
    '{ witnesses: [{ key: KEY, url: "https://w/" }, { key: KEY, url: "https://v/" }] }',
    'must not name a witness twice',
  ],
  ['{ anchors: [{ file: a }, { file: a }] }', 'must not name a file twice'],
  ['{ timestamps: [{ url: "http://t/" }] }', 'log.timestamps[0].ca'],
  ['{ maxUnwitnessed: 60 }', 'needs somebody who holds checkpoints'],
  ['{ anchors: [{ file: a }], stopWhenUnwitnessed: true }', 'needs `log.maxUnwitnessed`'],
])('refuses %s', async (log, message) => {
  expect(await load(log)).toContain(message);
});

test.each(['quorum', 'none', 'group', 'all', '3'])('refuses a witness called %s', async (name) => {
  key = (await generateCosignerKey(name)).vkey;
  expect(await load('{ witnesses: [{ key: KEY, url: "https://w/" }] }')).toContain(
    `must not have a witness called \`${name}\``,
  );
});
