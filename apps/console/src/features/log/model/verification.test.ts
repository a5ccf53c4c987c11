import { describe, expect, test } from 'vitest';
import type { Log } from '../../../api/types.ts';
import { checkpointText, logBadge } from './verification.ts';

const log = (change: Partial<Log['verification']>): Pick<Log, 'size' | 'verification'> => ({
  size: 12_345,
  verification: {
    state: 'verified',
    verifiedTo: 12_345,
    brokenAt: null,
    message: null,
    checkedAt: '2026-11-22T12:00:00.000Z',
    ...change,
  },
});
const checkpoint = (size: number) => ({
  size,
  root: '0'.repeat(64),
  note: '',
  time: '2026-11-22T12:00:00.000Z',
});

describe('the badge of the log', () => {
  test('says to where the log is verified', () => {
    expect(logBadge(log({}))).toEqual({ tone: 'good', label: 'Verified to 12,345' });
  });

  test('says how far a running verification has come', () => {
    expect(logBadge(log({ state: 'verifying', verifiedTo: 400 }))).toEqual({
      tone: 'busy',
      label: 'Verifying, 400 of 12,345',
    });
  });

  test('names the first bad entry', () => {
    expect(logBadge(log({ state: 'broken', verifiedTo: 7, brokenAt: 7 }))).toEqual({
      tone: 'bad',
      label: 'Log broken at entry 7',
    });
  });

  test('is never good for a broken log, wherever it is broken', () => {
    expect(logBadge(log({ state: 'broken' })).tone).toBe('bad');
    expect(logBadge(log({ state: 'broken', brokenAt: 0 })).label).toBe('Log broken at entry 0');
  });
});

describe('the words for checkpoints', () => {
  test('say what is missing without any', () => {
    expect(checkpointText({ checkpoints: [] }, 10)).toContain('No checkpoint yet');
  });

  test('say how far the newest reaches, in whatever order they come', () => {
    expect(checkpointText({ checkpoints: [checkpoint(4), checkpoint(9)] }, 10)).toBe(
      'The newest checkpoint covers 9 of 10 entries.',
    );
    expect(checkpointText({ checkpoints: [checkpoint(10)] }, 10)).toBe(
      'The newest checkpoint covers every entry.',
    );
  });
});
