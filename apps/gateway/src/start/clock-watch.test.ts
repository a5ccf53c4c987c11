import type { EntryDraft } from '@countersign/audit';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LogWriter } from '../store/types.ts';
import { type ClockWatch, createClockWatch } from './clock-watch.ts';

describe('the watch over the clock', () => {
  let wall: number;
  let passed: number;
  let isWritable: boolean;
  let entries: EntryDraft[];
  let watch: ClockWatch;
  const writer: LogWriter = {
    commit: async (request) => {
      if (!isWritable) return { ok: false, code: 'log_unavailable', message: 'disk full' };
      entries.push(...request.entries);
      return { ok: true, receipts: [] };
    },
  };
  const pass = (ms: number): void => {
    wall += ms;
    passed += ms;
  };
  beforeEach(() => {
    [wall, passed, isWritable, entries] = [1_790_000_000_000, 5000, true, []];
    watch = createClockWatch(writer, { wall: () => wall, monotonic: () => passed });
  });
  const bodies = () => entries.map(({ kind, body }) => ({ kind, ...body }));

  it('says nothing while the clocks agree to a second', async () => {
    for (const drift of [0, 400, -900, 1000, -1000]) {
      pass(1000);
      wall += drift;
      await watch.look();
      wall -= drift;
    }
    expect(entries).toEqual([]);
  });

  it('records a step once, in its direction and in microseconds', async () => {
    wall += 3_600_000;
    await watch.look();
    pass(1000);
    await watch.look();
    wall -= 1001;
    await watch.look();
    expect(bodies()).toEqual([
      { kind: 'clock.stepped', direction: 'forward', byUs: 3_600_000_000 },
      { kind: 'clock.stepped', direction: 'backward', byUs: 1_001_000 },
    ]);
  });

  it('is not deceived by many small steps', async () => {
    for (let i = 0; i < 4; i += 1) {
      pass(1000);
      wall += 300;
      await watch.look();
    }
    expect(bodies()).toEqual([{ kind: 'clock.stepped', direction: 'forward', byUs: 1_200_000 }]);
  });

  it('records the step later when the log cannot be written', async () => {
    isWritable = false;
    wall -= 60_000;
    await watch.look();
    isWritable = true;
    pass(1000);
    await watch.look();
    await watch.look();
    expect(bodies()).toEqual([{ kind: 'clock.stepped', direction: 'backward', byUs: 60_000_000 }]);
  });
});
