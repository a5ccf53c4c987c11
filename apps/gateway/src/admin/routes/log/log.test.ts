import { importNoteVerifier, openCheckpoint } from '@countersign/audit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { CheckpointList, Log } from '../../client.ts';
import { type AdminUnderTest, startAdmin } from '../../testing/admin-under-test.ts';

let admin: AdminUnderTest;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin.close());

test('the newest checkpoint is public, and signed by the log’s own key', async () => {
  const note = await vi.waitFor(
    async () => {
      const response = await admin.request('/api/v1/log/checkpoint');
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toContain('text/plain');
      return response.text();
    },
    { timeout: 20_000, interval: 100 },
  );
  const verifier = await importNoteVerifier(admin.vkey);
  if (!verifier.ok) throw new Error(verifier.error.message);
  const opened = await openCheckpoint(note, [verifier.value]);
  expect(opened.ok && opened.value.origin).toBe('test.example/log');

  const listed = await admin.request('/api/v1/checkpoints?limit=1', { token: admin.adminToken });
  const { checkpoints } = (await listed.json()) as CheckpointList;
  expect(checkpoints).toHaveLength(1);
  expect(checkpoints[0]?.note).toContain('test.example/log');
});

test('the log tells its head and how far it was verified', async () => {
  const read = async (): Promise<Log> => {
    const response = await admin.request('/api/v1/log', { token: admin.adminToken });
    expect(response.status).toBe(200);
    return (await response.json()) as Log;
  };
  const { size } = admin.store.health();
  expect(await read()).toMatchObject({
    origin: 'test.example/log',
    size,
    verification: { state: 'verifying', verifiedTo: 0, checkedAt: null },
  });
  admin.setVerification({
    state: 'broken',
    verifiedTo: 3,
    brokenAt: 3,
    message: 'broken at entry 3',
    checkedAt: 0,
  });
  expect((await read()).verification).toEqual({
    state: 'broken',
    verifiedTo: 3,
    brokenAt: 3,
    message: 'broken at entry 3',
    checkedAt: '1970-01-01T00:00:00.000Z',
  });
});
