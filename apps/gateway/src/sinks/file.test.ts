import { appendFile, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tellStory } from '../exports/testing/story.ts';
import { fileDelivery } from './file.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-file-sink-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const never = new AbortController().signal;
const entries = tellStory().entries();

async function indicesIn(path: string): Promise<number[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line) => (JSON.parse(line) as { index: number }).index);
}

test('half a line that a crash left is cut off before the next batch', async () => {
  const path = join(folder, 'torn.jsonl');
  const delivery = fileDelivery({ path });
  await delivery.send(entries.slice(0, 2), never);
  await appendFile(path, `{"index":2,"half":"${'x'.repeat(200_000)}`);
  await delivery.send(entries.slice(2, 4), never);
  expect(await indicesIn(path)).toEqual([0, 1, 2, 3]);
});

test('a file of nothing but half a line begins anew', async () => {
  const path = join(folder, 'only-half.jsonl');
  await appendFile(path, '{"index":0,"ha');
  await fileDelivery({ path }).send(entries.slice(0, 1), never);
  expect(await indicesIn(path)).toEqual([0]);
});

test('a file that was rotated away is made again', async () => {
  const path = join(folder, 'rotated.jsonl');
  const delivery = fileDelivery({ path });
  await delivery.send(entries.slice(0, 1), never);
  await rename(path, `${path}.1`);
  await delivery.send(entries.slice(1, 2), never);
  expect(await indicesIn(`${path}.1`)).toEqual([0]);
  expect(await indicesIn(path)).toEqual([1]);
});
