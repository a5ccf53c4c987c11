import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestLog } from '../witness/testing/test-log.ts';
import { anchorFile } from './anchor-file.ts';
import { createOwnLog } from './own-log.ts';
import { openPublishedLog, type PublishedLog } from './testing/published-log.ts';
import type { SignedHead } from './types.ts';

let log: PublishedLog;
let folder: string;
let path: string;

beforeEach(async () => {
  log = await openPublishedLog();
  folder = mkdtempSync(join(tmpdir(), 'countersign-anchor-'));
  path = join(folder, 'anchors.jsonl');
});
afterEach(async () => {
  await log.close();
  log.folder.remove();
  rmSync(folder, { recursive: true });
});

const publish = (head: SignedHead, known: number) =>
  anchorFile(path, log.own).publish(head, known, new AbortController().signal);

const notes = (): unknown[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => (JSON.parse(line) as { note: unknown }).note);

test('appends each checkpoint once, whatever was believed to be there', async () => {
  const first = await log.grow(2);
  expect(await publish(first, 0)).toMatchObject({ result: 'accepted', head: first });
  expect(await publish(first, 0)).toMatchObject({ result: 'accepted', head: first });
  const second = await log.grow(2);
  expect(await publish(second, first.size)).toMatchObject({ result: 'accepted', head: second });
  expect(await publish(first, 0)).toMatchObject({ result: 'accepted', head: second });
  expect(notes()).toEqual([first.note, second.note]);
});

test('a file that is larger than a megabyte, and shared with other logs, still takes the next line after its own', async () => {
  const first = await log.grow(2);
  await publish(first, 0);
  const other = await createTestLog('log.example/other');
  appendFileSync(path, `${JSON.stringify({ note: await other.note(3) })}\n`.repeat(8000));
  expect(statSync(path).size).toBeGreaterThan(1 << 20);
  const second = await log.grow(1);
  expect(await publish(second, first.size)).toMatchObject({ result: 'accepted', head: second });
  const all = notes();
  expect([all[0], all.at(-1), all.length]).toEqual([first.note, second.note, 8002]);
});

test('a line that a crash cut off is left behind, and spoils nothing', async () => {
  const first = await log.grow(2);
  await publish(first, 0);
  appendFileSync(path, '{"note":"log.exa');
  const second = await log.grow(1);
  expect(await publish(second, first.size)).toMatchObject({ result: 'accepted', head: second });
  expect(notes()).toEqual([first.note, second.note]);
});

test('a file that was cut, or emptied, is not quietly begun anew', async () => {
  const first = await log.grow(2);
  await publish(first, 0);
  const length = statSync(path).size;
  const second = await log.grow(1);
  await publish(second, first.size);
  const third = await log.grow(1);
  for (const cut of [length, 0]) {
    truncateSync(path, cut);
    const attempt = await publish(third, second.size);
    expect(attempt).toMatchObject({ result: 'conflict', contradiction: null });
    expect(attempt.result !== 'accepted' && attempt.error).toContain('it was cut');
    expect(statSync(path).size).toBe(cut);
  }
});

test('a checkpoint in it that the log signed and does not extend contradicts the log', async () => {
  const stranger = await createTestLog(log.folder.origin);
  writeFileSync(path, `${JSON.stringify({ note: await stranger.note(50) })}\n`);
  const first = await log.grow(2);
  // Anybody can write there: a note that the log did not sign says nothing of it.
  expect(await publish(first, 0)).toMatchObject({ result: 'conflict', contradiction: null });

  const newest = await log.grow(3);
  writeFileSync(path, `${JSON.stringify({ note: newest.note })}\n`);
  expect(await publish(first, 0)).toMatchObject({ result: 'accepted', head: newest });
  const own = createOwnLog({
    origin: log.folder.origin,
    keys: [log.key],
    node: log.store.readers.tree.node,
    size: () => first.size,
  });
  const restored = await anchorFile(path, own).publish(first, 0, new AbortController().signal);
  expect(restored).toMatchObject({ result: 'conflict' });
  expect(restored.result !== 'accepted' && restored.contradiction).toContain('put back from an older copy');
});

test('what a revoked key signed later contradicts nothing', async () => {
  const first = await log.grow(2);
  const { size, note } = await log.grow(3);
  const judged = (from: number) =>
    createOwnLog({
      origin: log.folder.origin,
      keys: [log.key],
      revoked: new Map([[log.key.vkey, from]]),
      node: log.store.readers.tree.node,
      size: () => first.size,
    }).judge(note);
  expect(await judged(size + 1)).toMatchObject({ is: 'contradiction' });
  expect(await judged(size)).toEqual({ is: 'foreign' });
});

test('a place that cannot be written is told, and tried again', async () => {
  path = join(folder, 'nowhere', 'anchors.jsonl');
  const head = await log.grow(1);
  expect(await publish(head, 0)).toMatchObject({
    result: 'unreachable',
    error: 'it cannot be opened (ENOENT)',
  });
  path = folder;
  expect(await publish(head, 0)).toMatchObject({
    result: 'unreachable',
    error: 'it cannot be opened (EISDIR)',
  });
});
