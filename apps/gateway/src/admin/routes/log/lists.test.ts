// What the log page lists besides entries: exports, erasures and retention, checkpoints with who signed them, a trust policy.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { generateNoteKey, parseTrust, receiptKeyName } from '@countersign/audit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openKeyManifest } from '../../../start/key-manifest.ts';
import type { ChangeDetail, CheckpointList, ErasureList, ExportList, Retention } from '../../client.ts';
import { type AdminUnderTest, startAdmin } from '../../testing/admin-under-test.ts';
import { recordCall, recordOutcome } from '../../testing/recorded-calls.ts';

let admin: AdminUnderTest;
let auditor: string;
let viewer: string;
beforeAll(async () => {
  admin = await startAdmin();
  auditor = await admin.tokenFor('fiona', ['auditor']);
  viewer = await admin.tokenFor('fiona', ['viewer']);
  for (let i = 0; i < 3; i += 1) await recordOutcome(admin.store, await recordCall(admin.store));
});
afterAll(() => admin.close());

const read = async <T>(path: string, token = auditor): Promise<T> => {
  const response = await admin.request(`/api/v1${path}`, { token });
  expect(response.status).toBe(200);
  return (await response.json()) as T;
};
const send = async (path: string, body: unknown, token: string): Promise<Response> =>
  admin.request(`/api/v1${path}`, {
    method: 'POST',
    token,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

test('an export is listed with who took what and why, and leads to its entry', async () => {
  const taken = await send('/exports', { format: 'jsonl', reason: 'the yearly audit' }, auditor);
  const entry = Number(taken.headers.get('countersign-entry'));
  await taken.arrayBuffer();
  const [first, ...rest] = (await read<ExportList>('/exports')).exports;
  expect(rest).toEqual([]);
  expect(first).toMatchObject({
    id: taken.headers.get('countersign-export'),
    entry,
    by: 'fiona',
    format: 'jsonl',
    from: 0,
    reason: 'the yearly audit',
  });
  expect(JSON.parse(first?.query ?? '')).toBeTypeOf('object');
});

test('what nobody waits for any more is not exported', async () => {
  const answer = await admin.request('/api/v1/exports', {
    method: 'POST',
    token: auditor,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ format: 'jsonl', reason: 'gone' }),
    signal: AbortSignal.abort(),
  });
  expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('nobody waits')]);
  const { exports } = await read<ExportList>('/exports');
  expect(exports.map(({ reason }) => reason)).not.toContain('gone');
});

test('exports come page by page', async () => {
  for (let i = 0; i < 2; i += 1)
    await (await send('/exports', { format: 'csv', reason: `${i}` }, auditor)).arrayBuffer();
  const first = await read<ExportList>('/exports?limit=2');
  expect(first.exports.map(({ reason }) => reason)).toEqual(['1', '0']);
  const second = await read<ExportList>(`/exports?limit=2&cursor=${first.nextCursor}`);
  expect(second.exports.map(({ reason }) => reason)).toEqual(['the yearly audit']);
  expect(second.nextCursor).toBeNull();
});

test('an erasure is listed with who agreed to it, its basis, and the exports that it did not reach', async () => {
  await (await send('/exports', { format: 'jsonl', disclose: 'all', reason: 'x' }, auditor)).arrayBuffer();
  const author = await admin.tokenFor('omar', ['admin']);
  const proposed = await send('/erasures', { query: 'agent:invoice', basis: 'Art. 17 GDPR' }, author);
  expect(proposed.status).toBe(201);
  const { id } = (await proposed.json()) as ChangeDetail;
  const approver = await admin.tokenFor('fiona', ['approver']);
  const agreed = await send(`/changes/${id}/reviews`, { verdict: 'approve', reason: 'right' }, approver);
  expect(((await agreed.json()) as ChangeDetail).state).toBe('applied');
  const [erasure] = (await read<ErasureList>('/erasures')).erasures;
  expect(erasure).toMatchObject({
    cause: 'erasure',
    change: id,
    basis: 'Art. 17 GDPR',
    author: 'omar',
    reviewers: ['fiona'],
  });
  expect(erasure?.details).toBeGreaterThan(0);
  expect(erasure?.exports.map(({ actor }) => actor)).toContain('fiona');
});

test('how long things are kept is told by class', async () => {
  expect(await read<Retention>('/retention')).toMatchObject({
    payloads: [],
    headers: 'never',
    archivedTo: 0,
  });
});

test.each(['/exports', '/erasures', '/retention'])('%s is for auditors and admins', async (path) => {
  expect((await admin.request(`/api/v1${path}`, { token: viewer })).status).toBe(403);
  expect((await admin.request(`/api/v1${path}?x=1`, { token: auditor })).status).toBe(400);
});

describe('checkpoints', () => {
  test('say which key signed each, and come page by page', async () => {
    await admin.store.signNow();
    await recordCall(admin.store);
    await admin.store.signNow();
    const { checkpoints } = await read<CheckpointList>('/checkpoints?limit=1', viewer);
    const [newest] = checkpoints;
    const [name, key] = admin.vkey.split('+');
    expect(newest?.signatures).toEqual([{ name, key, by: 'log', at: null }]);
    expect(newest?.isQuorumMet).toBe(false);
    const before = await read<CheckpointList>(`/checkpoints?before=${newest?.size}`, viewer);
    expect(before.checkpoints[0]?.size).toBeLessThan(newest?.size ?? 0);
  });
});

describe('a trust policy', () => {
  test('is not there before the log has a key manifest', async () => {
    expect((await admin.request('/api/v1/log/trust')).status).toBe(404);
  });

  test('has the keys of the log, and needs no token', async () => {
    const { store, dataDir, vkey } = admin;
    const { vkey: receipt } = await generateNoteKey(receiptKeyName('test.example/log'));
    await mkdir(join(dataDir, 'keys'), { recursive: true });
    const keys = { dataDir, origin: 'test.example/log', checkpoint: [vkey], receipt };
    const changes = await openKeyManifest(store, keys, Date.now());
    await store.commit({ entries: [], changes });
    const response = await admin.request('/api/v1/log/trust');
    const trust = await parseTrust(await response.text());
    expect(trust.ok && trust.value.logs.map(({ verifier }) => verifier.vkey)).toContain(vkey);
  });
});
