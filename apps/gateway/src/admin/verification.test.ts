import Database from 'better-sqlite3';
import { describe, expect, test, vi } from 'vitest';
import { dataPaths } from '../store/paths.ts';
import { startAdmin } from './testing/admin-under-test.ts';
import { recordCall } from './testing/recorded-calls.ts';
import { type PassReport, startVerification, type VerificationDeps } from './verification.ts';
import { verifyOnThread } from './verify-pass.ts';

const holds = (size: number): PassReport => ({
  size,
  firstFailure: null,
  summary: 'consistent',
  covered: { byStore: size, elsewhere: 0 },
});
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const deps = (more: Partial<VerificationDeps>): VerificationDeps => ({
  pass: async () => holds(1),
  size: () => 1,
  now: () => 1000,
  pause: nextTurn,
  report: () => undefined,
  ...more,
});

describe('the background verification', () => {
  test('verifies again when the log has grown, and only then', async () => {
    let size = 4;
    const pass = vi.fn<VerificationDeps['pass']>(async () => holds(size));
    const verification = startVerification(deps({ pass, size: () => size }));
    expect(verification.status()).toMatchObject({ state: 'verifying', verifiedTo: 0, checkedAt: null });
    await vi.waitFor(() => expect(verification.status()).toMatchObject({ state: 'verified', verifiedTo: 4 }));
    size = 9;
    await vi.waitFor(() => expect(verification.status().verifiedTo).toBe(9));
    await verification.close();
    expect(pass).toHaveBeenCalledTimes(2);
  });

  test('stays broken once it found the log broken', async () => {
    const failure = { level: 'leaves', code: 'leaf_mismatch', index: 3, message: 'x' } as const;
    const pass = vi.fn<VerificationDeps['pass']>(async () => ({
      ...holds(9),
      firstFailure: failure,
      summary: 'broken at entry 3',
    }));
    const verification = startVerification(deps({ pass, size: () => 99 }));
    await vi.waitFor(() => expect(verification.status().state).toBe('broken'));
    expect(verification.status()).toEqual({
      state: 'broken',
      verifiedTo: 3,
      brokenAt: 3,
      message: 'broken at entry 3',
      checkedAt: 1000,
    });
    await verification.close();
    expect(pass).toHaveBeenCalledTimes(1);
  });

  test('reports a pass that could not be run, and tries again', async () => {
    const report = vi.fn<(error: unknown) => void>();
    const pass = vi
      .fn<VerificationDeps['pass']>()
      .mockRejectedValueOnce(new Error('disk'))
      .mockResolvedValue(holds(1));
    const verification = startVerification(deps({ pass, report }));
    await vi.waitFor(() => expect(verification.status().state).toBe('verified'));
    await verification.close();
    expect(report).toHaveBeenCalledTimes(1);
  });
});

describe('a pass on its own thread', () => {
  test('verifies a log that a gateway is writing, and finds an altered entry', async () => {
    const admin = await startAdmin();
    const running = new AbortController().signal;
    const options = { dataDir: admin.dataDir, vkeys: [admin.vkey] };
    try {
      const { index } = await recordCall(admin.store);
      const sound = await verifyOnThread(options, running);
      expect(sound.firstFailure).toBeNull();
      expect(sound.size).toBe(admin.store.health().size);

      const other = new Database(dataPaths(admin.dataDir).database);
      other
        .prepare("UPDATE details SET value = ? WHERE idx = ? AND name = 'request'")
        .run(Buffer.from('{}'), index);
      other.close();
      const altered = await verifyOnThread(options, running);
      expect(altered.firstFailure).toMatchObject({ code: 'detail_tampered', index });
    } finally {
      await admin.close();
    }
  });

  test('ends when it is told to', async () => {
    const admin = await startAdmin();
    const stop = new AbortController();
    const pass = verifyOnThread({ dataDir: admin.dataDir, vkeys: [] }, stop.signal);
    stop.abort();
    await expect(pass).rejects.toThrow('was stopped');
    await admin.close();
  });
});
