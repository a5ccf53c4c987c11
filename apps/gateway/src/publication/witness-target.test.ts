import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCosignatures } from '@countersign/audit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestLog } from '../witness/testing/test-log.ts';
import { type LocalWitness, startLocalWitness } from './testing/local-witness.ts';
import { openPublishedLog, type PublishedLog } from './testing/published-log.ts';
import type { SignedHead, Target } from './types.ts';
import { witnessTarget } from './witness-target.ts';

let log: PublishedLog;
let witness: LocalWitness;
let target: Target;

beforeEach(async () => {
  log = await openPublishedLog();
  witness = await startLocalWitness(log.key);
  target = witnessTarget({ url: witness.url, verifier: witness.verifier, log: log.own });
});
afterEach(async () => {
  await witness.close();
  await log.close();
  log.folder.remove();
});

const publish = (head: SignedHead, known: number, by = target) =>
  by.publish(head, known, new AbortController().signal);
const conflict = (size: number) => ({ status: 409, type: 'text/x.tlog.size', body: `${size}\n` });

test('gets a cosignature under each checkpoint that extends the last', async () => {
  let known = 0;
  for (const entries of [3, 1, 20]) {
    const head = await log.grow(entries);
    const attempt = await publish(head, known);
    if (attempt.result !== 'accepted') throw new Error(attempt.error);
    expect(attempt.head).toEqual(head);
    const opened = await openCosignatures(head.note + attempt.cosignature, [witness.verifier]);
    expect(opened).toMatchObject({ ok: true, value: [{ by: witness.verifier }] });
    known = head.size;
  }
  expect(witness.asked).toHaveLength(3);
});

test('a witness that knows less, or another size of the same log, gets the proof from there', async () => {
  const first = await log.grow(3);
  await publish(first, 0);
  const second = await log.grow(2);
  // A gateway that was killed before it wrote down what the witness took knows too little; one restored too much.
  expect(await publish(second, 0)).toMatchObject({ result: 'accepted' });
  expect(await publish(second, 0)).toMatchObject({ result: 'accepted' });
  const third = await log.grow(2);
  expect(await publish(third, third.size)).toMatchObject({ result: 'accepted' });
  expect(await publish(third, third.size)).toMatchObject({ result: 'accepted' });
});

test('a checkpoint that somebody else gave it meanwhile is as good as its own', async () => {
  const first = await log.grow(3);
  const second = await log.grow(2);
  await publish(second, 0);
  const attempt = await publish(first, 0);
  if (attempt.result !== 'accepted') throw new Error(attempt.error);
  expect(attempt.head).toEqual(second);
  const opened = await openCosignatures(second.note + attempt.cosignature, [witness.verifier]);
  expect(opened).toMatchObject({ ok: true, value: [{ by: witness.verifier }] });
});

test('a log that was put back from an older copy is told so by its own signature', async () => {
  await log.grow(3);
  await log.close();
  const copy = mkdtempSync(join(tmpdir(), 'countersign-copy-'));
  cpSync(log.folder.dataDir, copy, { recursive: true });
  log = await openPublishedLog(log.folder);
  const newer = await log.grow(5);
  const then = witnessTarget({ url: witness.url, verifier: witness.verifier, log: log.own });
  expect(await publish(newer, 0, then)).toMatchObject({ result: 'accepted' });
  await log.close();

  // The whole folder, with the head that it keeps: nothing on this machine can tell.
  rmSync(log.folder.dataDir, { recursive: true });
  cpSync(copy, log.folder.dataDir, { recursive: true });
  rmSync(copy, { recursive: true });
  log = await openPublishedLog(log.folder);
  const now = witnessTarget({ url: witness.url, verifier: witness.verifier, log: log.own });
  const older = await log.head();
  const short = await publish(older, older.size, now);
  expect(short).toMatchObject({ result: 'conflict' });
  expect(short.result !== 'accepted' && short.contradiction).toContain('put back from an older copy');

  // Once it has grown past what the witness saw, it has another history.
  const longer = await log.grow(9);
  const forked = await publish(longer, older.size, now);
  expect(forked).toMatchObject({ result: 'conflict' });
  expect(forked.result !== 'accepted' && forked.contradiction).toContain('with another root');
});

test('no answer that the log’s own key did not sign is more than a failure of that witness', async () => {
  const head = await log.grow(3);
  const stranger = await createTestLog(log.folder.origin);
  const note = await stranger.note(50);
  for (const shown of [
    { status: 404 },
    { status: 200, body: 'nonsense' },
    { status: 200, body: note },
    { status: 500 },
  ]) {
    witness.replace((line) => (line.startsWith('POST') ? conflict(50) : shown));
    expect(await publish(head, 0)).toMatchObject({ result: 'conflict', contradiction: null });
  }
});

test.each<[string, { status: number; type?: string; body?: string }, string]>([
  ['an error', { status: 500, body: 'oops' }, 'unreachable'],
  ['too many requests', { status: 429 }, 'unreachable'],
  ['an unknown log', { status: 404, body: 'no such log' }, 'refused'],
  ['an unknown key', { status: 403 }, 'refused'],
  ['nothing', { status: 200 }, 'refused'],
  ['nonsense', { status: 200, body: 'cosigned, I promise\n' }, 'refused'],
  ['a size that is none', { status: 409, body: 'many' }, 'refused'],
  ['an endless text', { status: 200, body: 'x'.repeat(100_000) }, 'unreachable'],
  ['a redirect', { status: 307 }, 'unreachable'],
])('%s is no cosignature', async (_case, answer, result) => {
  const head = await log.grow(3);
  witness.replace(() => answer);
  expect(await publish(head, 0)).toMatchObject({ result, contradiction: null });
});

test('a cosignature of another witness, or of another checkpoint, is none of this one', async () => {
  const other = await startLocalWitness(log.key, 'witness.example/two');
  try {
    const first = await log.grow(3);
    const head = await log.grow(1);
    const byOther = await publish(
      head,
      0,
      witnessTarget({ url: other.url, verifier: other.verifier, log: log.own }),
    );
    const ofOther = await publish(first, 0);
    for (const attempt of [byOther, ofOther]) {
      if (attempt.result !== 'accepted') throw new Error(attempt.error);
      witness.replace(() => ({ status: 200, body: attempt.cosignature ?? '' }));
      expect(await publish(head, first.size)).toMatchObject({ result: 'refused' });
    }
  } finally {
    await other.close();
  }
});

test('a witness that names another size each time is given up', async () => {
  const head = await log.grow(9);
  let size = 0;
  witness.replace(() => conflict(((size += 1) % 2) + 1));
  expect(await publish(head, 5)).toMatchObject({ result: 'refused' });
  expect(witness.asked.length).toBeLessThan(6);
});

test('a witness that is not there is unreachable, and one that is slow is given up', async () => {
  const head = await log.grow(1);
  const gone = witnessTarget({ url: 'http://127.0.0.1:2', verifier: witness.verifier, log: log.own });
  expect(await publish(head, 0, gone)).toMatchObject({ result: 'unreachable', error: 'ECONNREFUSED' });
  expect(await target.publish(head, 0, AbortSignal.abort())).toMatchObject({
    result: 'unreachable',
    error: 'no answer in time',
  });
});
