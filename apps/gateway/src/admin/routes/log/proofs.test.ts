import {
  fromHex,
  importNoteVerifier,
  openTlogProof,
  verifyConsistency,
  verifyInclusion,
} from '@countersign/audit';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { dataPaths } from '../../../store/paths.ts';
import { nodeStopped } from '../../../store/testing-drafts.ts';
import type { ConsistencyProof, InclusionProof } from '../../client.ts';
import { type AdminUnderTest, startAdmin } from '../../testing/admin-under-test.ts';

let admin: AdminUnderTest;
let token: string;
let size: number;
beforeAll(async () => {
  admin = await startAdmin();
  token = await admin.tokenFor('fiona', ['auditor']);
  await admin.store.commit({ entries: Array.from({ length: 600 }, nodeStopped) });
  ({ size } = admin.store.health());
  await vi.waitFor(
    async () => {
      if ((await admin.store.readers.log.latestCheckpoint())?.size !== size)
        throw new Error('not signed yet');
    },
    { timeout: 20_000, interval: 50 },
  );
});
afterAll(() => admin.close());

const get = async (query: string): Promise<Response> =>
  admin.request(`/api/v1/log/proof/${query}`, { token });
const hash = (text: string): Uint8Array => fromHex(text) ?? new Uint8Array();

test('an entry is proven to be in the newest checkpoint, in numbers and as a text for any C2SP client', async () => {
  const response = await get('inclusion?index=300');
  expect(response.status).toBe(200);
  const proof = (await response.json()) as InclusionProof;
  const stored = await admin.store.readers.log.entry(300);
  expect(proof).toMatchObject({ origin: 'test.example/log', index: 300, size });
  expect(hash(proof.leaf)).toEqual(new Uint8Array(stored?.leaf ?? []));
  const claim = { index: 300, size, leaf: hash(proof.leaf), root: hash(proof.root) };
  expect(verifyInclusion(claim, proof.proof.map(hash))).toBe(true);
  const key = await importNoteVerifier(admin.vkey);
  if (!key.ok) throw new Error(key.error.message);
  expect(await openTlogProof(proof.text ?? '', hash(proof.leaf), [key.value])).toMatchObject({
    ok: true,
    value: { index: 300, checkpoint: { size } },
  });
});

test('an entry is proven to be in a smaller log too, which nobody may have signed', async () => {
  const proof = (await (await get('inclusion?index=299&size=300')).json()) as InclusionProof;
  const claim = { index: 299, size: 300, leaf: hash(proof.leaf), root: hash(proof.root) };
  expect(verifyInclusion(claim, proof.proof.map(hash))).toBe(true);
  expect(proof).toMatchObject({ checkpoint: null, text: null });
});

test('the log is proven to have only grown', async () => {
  for (const [from, to] of [
    [0, size],
    [256, 300],
    [300, size],
    [size, size],
  ] as const) {
    const proof = (await (await get(`consistency?from=${from}&to=${to}`)).json()) as ConsistencyProof;
    const claim = {
      older: { size: from, root: hash(proof.fromRoot) },
      newer: { size: to, root: hash(proof.toRoot) },
    };
    expect(verifyConsistency(claim, proof.proof.map(hash))).toBe(true);
  }
  const proof = (await (await get('consistency?from=10')).json()) as ConsistencyProof;
  expect(proof.to).toBe(size);
  expect(proof.text).toMatch(/^old 10\n(.{44}\n)+\ntest\.example\/log\n/);
});

test.each([
  ['inclusion', 400, /index/],
  ['inclusion?index=1&sise=3', 400, /unknown key `sise`/],
  ['inclusion?index=-1', 400, /whole number/],
  ['inclusion?index=5&size=5', 404, /a log of 5 entries has no entry 5/],
  ['inclusion?index=5&size=100000', 404, /the newest checkpoint covers \d+ entries, not 100000/],
  ['consistency?from=9&to=8', 404, /never had 9/],
  ['consistency?from=9&to=100000', 404, /not 100000/],
])('what cannot be proven is refused with a reason: %s', async (query, status, message) => {
  const response = await get(query);
  expect(response.status).toBe(status);
  expect(await response.text()).toMatch(message);
});

test('proofs are for auditors', async () => {
  const viewer = await admin.tokenFor('omar', ['viewer']);
  const asked = await admin.request('/api/v1/log/proof/inclusion?index=1', { token: viewer });
  expect(asked.status).toBe(403);
  expect((await admin.request('/api/v1/log/proof/consistency?from=1')).status).toBe(401);
});

test('a tree with a fault in it proves nothing, and looks like no missing entry', async () => {
  const db = new Database(dataPaths(admin.dataDir).database);
  db.exec('UPDATE tiles SET hashes = zeroblob(8192) WHERE level = 0 AND idx = 0');
  db.close();
  const response = await get('inclusion?index=3');
  expect(response.status).toBe(500);
  expect(String(admin.faults.at(-1))).toMatch(/does not lead to the signed root/);
});
