// The background verification of the live log: pass after pass from the first entry on, as long as the log grows, on a
// small share of one core. A broken log stays broken: nothing that happens later makes it whole again.
import type { LogReport } from '@countersign/audit';
import type { VerificationStatus } from './deps.ts';

/** What one pass found; plain data, since a pass runs on a thread of its own. */
export type PassReport = Pick<LogReport, 'size' | 'firstFailure' | 'summary' | 'covered'>;

export interface VerificationDeps {
  /** One pass over the whole log. Rejects when it could not be run to its end. */
  readonly pass: (signal: AbortSignal) => Promise<PassReport>;
  /** Number of entries in the log. */
  readonly size: () => number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Resolves after `ms`, or at once when `signal` aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly report: (error: unknown) => void;
}

export interface Verification {
  status(): VerificationStatus;
  /** Stops after cutting off a pass under way. */
  close(): Promise<void>;
}

const PAUSE_MS = 1000;
/** A pass that took a second is followed by twenty of rest. */
const REST_FACTOR = 20;
const RETRY_MS = 10_000;

export function startVerification(deps: VerificationDeps): Verification {
  const closing = new AbortController();
  let status: VerificationStatus = {
    state: 'verifying',
    verifiedTo: 0,
    brokenAt: null,
    message: null,
    checkedAt: null,
  };

  const run = async (): Promise<void> => {
    await deps.pause(PAUSE_MS, closing.signal);
    while (!closing.signal.aborted && status.state !== 'broken') {
      const rest = deps.size() === status.verifiedTo ? PAUSE_MS : await onePass();
      await deps.pause(rest, closing.signal);
    }
  };

  const onePass = async (): Promise<number> => {
    const started = deps.now();
    try {
      const report = await deps.pass(closing.signal);
      status = statusOf(report, deps.now());
      return Math.max(PAUSE_MS, (deps.now() - started) * REST_FACTOR);
    } catch (error) {
      if (!closing.signal.aborted) deps.report(error);
      return RETRY_MS;
    }
  };

  const done = run();
  return {
    status: () => status,
    async close() {
      closing.abort();
      await done;
    },
  };
}

function statusOf(
  { firstFailure, size, summary, covered }: PassReport,
  checkedAt: number,
): VerificationStatus {
  if (firstFailure === null) {
    return { state: 'verified', verifiedTo: size, brokenAt: null, message: null, checkedAt };
  }
  // Where only a root shows the damage, what the last matching checkpoint covers is still known to hold.
  const verifiedTo = firstFailure.index ?? covered.byStore;
  return { state: 'broken', verifiedTo, brokenAt: firstFailure.index, message: summary, checkedAt };
}
