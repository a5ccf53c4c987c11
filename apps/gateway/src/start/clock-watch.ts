// Notices when the wall clock is set, or jumps: entries carry its time, and whoever reads them must know when it and the
// time that really passed fell apart. Order in the log never rests on it (audit-log.md 2.9).
import type { EntryDraft } from '@countersign/audit';
import type { LogWriter } from '../store/types.ts';

export interface Clocks {
  /** The clock that entries are stamped by, in milliseconds since the epoch. */
  wall(): number;
  /** A clock that nobody sets, in milliseconds from any beginning. */
  monotonic(): number;
}

export interface ClockWatch {
  /** Compares the clocks, and records a step. Must be called every second or so. */
  look(): Promise<void>;
}

const STEP_MS = 1_000;

export function createClockWatch(writer: LogWriter, clocks: Clocks): ClockWatch {
  const offset = (): number => clocks.wall() - clocks.monotonic();
  // WHY not from one look to the next: many small steps, or a slow drift, add up to a wrong time all the same.
  let agreed = offset();
  return {
    async look() {
      const now = offset();
      const by = now - agreed;
      if (Math.abs(by) <= STEP_MS) return;
      const recorded = await writer.commit({ entries: [stepped(by)] });
      if (recorded.ok) agreed = now;
    },
  };
}

function stepped(byMs: number): EntryDraft<'clock.stepped'> {
  return {
    kind: 'clock.stepped',
    call: null,
    agent: null,
    chain: null,
    body: { direction: byMs > 0 ? 'forward' : 'backward', byUs: Math.round(Math.abs(byMs) * 1000) },
    details: {},
  };
}
