import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  cosign,
  type Cosigner,
  generateCosignerKey,
  importCosignatureVerifier,
  importCosigner,
  openCheckpoint,
  openCosignatures,
} from '@countersign/audit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openWitnessState, type WitnessState } from './state.ts';
import { createTestLog, type TestLog } from './testing/test-log.ts';
import { submissionBody } from './wire.ts';
import { createWitness, type Witness } from './witness.ts';

let folder: string;
let state: WitnessState;
let log: TestLog;
let cosigner: Cosigner;
let witness: Witness;
let clock: number;
let told: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-witness-'));
  state = openWitnessState(folder);
  log = await createTestLog();
  const imported = await importCosigner((await generateCosignerKey('witness.example/one')).skey);
  if (!imported.ok) throw new Error(imported.error.message);
  cosigner = imported.value;
  clock = 1_800_000_000_500;
  told = [];
  witness = watch(state);
});
afterEach(() => {
  state.close();
  rmSync(folder, { recursive: true, force: true });
});

function watch(memory: WitnessState, logs = [log.verifier]): Witness {
  return createWitness({
    state: memory,
    cosigner,
    logs,
    now: () => clock,
    tell: (message) => void told.push(message),
  });
}

const submit = (body: string | Uint8Array) =>
  witness.addCheckpoint(typeof body === 'string' ? new TextEncoder().encode(body) : body);

test('cosigns what it sees first, and from then on only what extends it', async () => {
  const first = await submit(await log.submission(0, 3));
  expect(first).toMatchObject({ status: 200 });
  const verifier = await importCosignatureVerifier(cosigner.vkey);
  if (!verifier.ok) throw new Error(verifier.error.message);
  const cosigned = (await log.note(3)) + first.body;
  expect(await openCosignatures(cosigned, [verifier.value])).toMatchObject({
    ok: true,
    value: [{ time: 1_800_000_000 }],
  });
  for (const [older, newer] of [
    [3, 8],
    [8, 9],
    [9, 9],
    [9, 300],
  ] as const) {
    expect(await submit(await log.submission(older, newer))).toMatchObject({ status: 200 });
  }
  expect(state.head(log.origin)).toMatchObject({ size: 300 });
});

test('answers another old size with the size that it knows, from nothing on', async () => {
  const held = (size: number) => ({ status: 409, type: 'text/x.tlog.size', body: `${size}\n` });
  expect(await submit(await log.submission(2, 3))).toEqual(held(0));
  await submit(await log.submission(0, 5));
  for (const [older, newer] of [
    [0, 5],
    [0, 4],
    [3, 4],
    [4, 9],
    [6, 9],
  ] as const)
    expect(await submit(await log.submission(older, newer))).toEqual(held(5));
  expect(state.head(log.origin)).toMatchObject({ size: 5 });
});

test('refuses a checkpoint that does not extend what it holds', async () => {
  await submit(await log.submission(0, 5));
  const fork = log.fork(4);
  expect(await submit(await fork.submission(5, 9))).toMatchObject({ status: 422 });
  const [hash, ...rest] = await log.proof(5, 9);
  if (hash === undefined) throw new Error('the proof has hashes');
  for (const proof of [
    [],
    rest,
    [...rest, hash],
    [hash, ...rest, hash],
    [hash.map((byte) => byte ^ 1), ...rest],
  ])
    expect(await submit(submissionBody(5, proof, await log.note(9)))).toMatchObject({ status: 422 });
  expect(state.head(log.origin)).toMatchObject({ size: 5 });
});

test('keeps both of two checkpoints by which a log contradicts itself', async () => {
  await submit(await log.submission(0, 5));
  const other = await log.fork(4).note(5);
  expect(await submit(submissionBody(5, [], other))).toEqual({
    status: 409,
    type: 'text/x.tlog.size',
    body: '5\n',
  });
  expect(state.conflict(log.origin)?.other).toBe(other);
  expect(state.conflict(log.origin)?.held).toContain(await log.note(5));
  expect(told.join()).toContain('two histories');
});

test('the first contact needs an empty proof, and an empty log the empty root', async () => {
  expect(await submit(submissionBody(0, [new Uint8Array(32)], await log.note(3)))).toMatchObject({
    status: 422,
  });
  expect(await submit(await log.submission(0, 0))).toMatchObject({ status: 200 });
  expect(await submit(await log.submission(0, 3))).toMatchObject({ status: 200 });
});

test('listens to no log that it was not told of, and to no key but the log’s own', async () => {
  const other = await createTestLog('log.example/two');
  expect(await submit(await other.submission(0, 3))).toMatchObject({ status: 404 });
  const imposter = await createTestLog(log.origin);
  expect(await submit(await imposter.submission(0, 3))).toMatchObject({ status: 403 });
  const unsigned = `${(await log.note(3)).split('\n\n')[0]}\n\n${await cosign('x\n', 1, cosigner)}`;
  expect(await submit(submissionBody(0, [], unsigned))).toMatchObject({ status: 403 });
  expect(state.head(log.origin)).toBeNull();
});

test('any key of a log will do, so that keys can be rotated', async () => {
  const next = await createTestLog(log.origin);
  witness = watch(state, [log.verifier, next.verifier]);
  expect(await submit(await log.submission(0, 3))).toMatchObject({ status: 200 });
  expect(await submit(await next.submission(3, 4))).toMatchObject({ status: 200 });
});

test('shows the signatures that it checked and its own, and nobody else’s', async () => {
  const stranger = await importCosigner((await generateCosignerKey('witness.example/two')).skey);
  if (!stranger.ok) throw new Error(stranger.error.message);
  const note = await log.note(3);
  const text = note.slice(0, note.lastIndexOf('\n\n') + 1);
  const answer = await submit(submissionBody(0, [], note + (await cosign(text, 1, stranger.value))));
  expect(state.head(log.origin)?.note).toBe(note + answer.body);
});

test('cosigns extension lines with the rest', async () => {
  const note = await log.note(3);
  const { origin } = log;
  expect(note.startsWith(`${origin}\n3\n`)).toBe(true);
  const extended = note.replace('\n\n', '\nextension\n\n');
  // The log did not sign it so.
  expect(await submit(submissionBody(0, [], extended))).toMatchObject({ status: 403 });
  expect(await submit(submissionBody(0, [], note.replace('\n\n', '\n\n\n')))).toMatchObject({ status: 400 });
});

test('a clock that is set back does not make a larger log older', async () => {
  await submit(await log.submission(0, 3));
  clock -= 3_600_000;
  await submit(await log.submission(3, 4));
  expect(state.head(log.origin)).toMatchObject({ size: 4, time: 1_800_000_000 });
});

test('of submissions that race one another exactly one moves the witness', async () => {
  await submit(await log.submission(0, 5));
  const bodies = await Promise.all([6, 7, 8, 9, 5, 6, 7].map((size) => log.submission(5, size)));
  const forks = await Promise.all([6, 7, 8].map((size) => log.fork(5).submission(5, size)));
  const answers = await Promise.all([...bodies, ...forks].map((body) => submit(body)));
  const moved = answers.filter(({ status }) => status === 200);
  expect(moved).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(answers.length - 1);
});

test('memory that two witnesses share never goes back, whichever of them writes', async () => {
  const second = openWitnessState(folder);
  try {
    await submit(await log.submission(0, 5));
    const stale = second.head(log.origin);
    await submit(await log.submission(5, 9));
    const to = { size: 6, root: log.root(6), note: 'x', time: 1_900_000_000 };
    expect(second.advance(log.origin, stale, to)).toBe(false);
    expect(second.advance(log.origin, null, to)).toBe(false);
    expect(() => second.advance(log.origin, second.head(log.origin), to)).toThrow('never goes back');
    expect(state.head(log.origin)).toMatchObject({ size: 9 });
  } finally {
    second.close();
  }
});

const HOSTILE: readonly (readonly [string, (body: string) => string | Uint8Array])[] = [
  ['nothing', () => ''],
  ['no UTF-8', () => new Uint8Array([0xff, 0xfe, 0x0a, 0x0a])],
  ['no blank line', (body) => body.replaceAll('\n\n', '\n')],
  ['no old size', (body) => body.replace('old 3\n', '')],
  ['a size with a leading zero', (body) => body.replace('old 3', 'old 03')],
  ['a negative size', (body) => body.replace('old 3', 'old -3')],
  ['a size beyond all numbers', (body) => body.replace('old 3', 'old 99999999999999999999')],
  ['a size that is unsafe', (body) => body.replace('old 3', 'old 9007199254740993')],
  ['two blanks', (body) => body.replace('old 3', 'old  3')],
  ['carriage returns', (body) => body.replaceAll('\n', '\r\n')],
  ['a hash that is too short', (body) => body.replace('old 3\n', 'old 3\nAAAA\n')],
  ['a hash that is not canonical', (body) => body.replace('old 3\n', `old 3\n${'A'.repeat(42)}B=\n`)],
  ['64 hashes', (body) => body.replace('old 3\n', `old 3\n${`${'A'.repeat(43)}=\n`.repeat(64)}`)],
  ['no checkpoint', (body) => body.slice(0, body.indexOf('\n\n') + 2)],
  ['a cut-off checkpoint', (body) => body.slice(0, -1)],
  ['an old size above the checkpoint’s', (body) => body.replace('old 3', 'old 9').replace('\n9\n', '\n8\n')],
];

test.each(HOSTILE)('refuses %s', async (_case, spoil) => {
  await submit(await log.submission(0, 3));
  const answer = await submit(spoil(await log.submission(3, 9)));
  // A text that was changed is not signed any more, which is seen before the sizes are compared.
  expect([400, 403]).toContain(answer.status);
  expect(state.head(log.origin)).toMatchObject({ size: 3 });
});

test('refuses an old size above that of the checkpoint', async () => {
  expect(await submit(submissionBody(4, [], await log.note(3)))).toMatchObject({ status: 400 });
});

test('what it shows is a checkpoint that opens with the log’s key', async () => {
  await submit(await log.submission(0, 7));
  const head = state.head(log.origin);
  expect(await openCheckpoint(head?.note ?? '', [log.verifier])).toMatchObject({
    ok: true,
    value: { size: 7 },
  });
});
