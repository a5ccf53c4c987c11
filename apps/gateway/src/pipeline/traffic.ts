// Counts what is not recorded one by one: refusals before a caller is known, and traffic that docs/recording.md lists
// as aggregated. Logging each of those would let anybody fill the disk; counting none would hide them.
import type { EntryDraft, Id, Operation, Reject } from '@countersign/audit';
import type { Rejection, RejectionCode } from '../errors.ts';
import type { LogWriter } from '../store/types.ts';

export interface Traffic {
  reject(rejection: Rejection): void;
  /** Somebody was not let in on the admin plane. */
  signInFailed(reason: string): void;
  count(upstream: Id<'srv'> | Id<'agt'>, operation: Operation): void;
  /** Writes what was counted since the last flush. */
  flush(): Promise<void>;
}

interface Tally {
  count: number;
  from: number;
  to: number;
}

/** Which class of the log a refusal is counted under; refusals of known callers are entries of their own. */
const CLASS: Partial<Record<RejectionCode, Reject>> = {
  malformed_request: 'malformed_request',
  header_mismatch: 'malformed_request',
  unsupported_version: 'malformed_request',
  method_not_allowed: 'malformed_request',
  request_too_large: 'request_too_large',
  ambiguous_credentials: 'ambiguous_credentials',
  not_acceptable: 'not_acceptable',
  bad_origin: 'bad_origin',
  unknown_operation: 'unknown_operation',
  unknown_upstream: 'unknown_upstream',
  unauthenticated: 'unauthenticated',
  issuer_unavailable: 'unauthenticated',
};

/** Of a reason, which may quote megabytes from somebody whom nobody knows. */
const SAMPLE_CHARS = 200;

export function createTraffic(writer: LogWriter, now: () => number): Traffic {
  let rejects = new Map<Reject, Tally & { sample: string }>();
  let counts = new Map<string, Tally & { upstream: Id<'srv'> | Id<'agt'>; operation: Operation }>();

  const bump = (tally: Tally) => {
    tally.count += 1;
    tally.to = now() * 1000;
  };

  const rejected = (code: Reject, reason: string) => {
    const tally = rejects.get(code) ?? {
      count: 0,
      from: now() * 1000,
      to: 0,
      sample: reason.slice(0, SAMPLE_CHARS),
    };
    bump(tally);
    rejects.set(code, tally);
  };

  return {
    reject(rejection) {
      const code = CLASS[rejection.code];
      if (code !== undefined) rejected(code, rejection.reason);
    },
    signInFailed: (reason) => rejected('sign_in_failed', reason),
    count(upstream, operation) {
      const key = `${upstream} ${operation}`;
      const tally = counts.get(key) ?? { count: 0, from: now() * 1000, to: 0, upstream, operation };
      bump(tally);
      counts.set(key, tally);
    },
    async flush() {
      const entries: EntryDraft[] = [];
      for (const [code, { count, from, to, sample }] of rejects) {
        entries.push({
          kind: 'reject.summary',
          call: null,
          agent: null,
          chain: null,
          body: { code, count, from, to },
          details: { sample },
        });
      }
      for (const { upstream, operation, count, from, to } of counts.values()) {
        entries.push({
          kind: 'traffic.summary',
          call: null,
          agent: null,
          chain: null,
          body: { upstream, operation, count, from, to },
          details: {},
        });
      }
      if (entries.length === 0) return;
      const [keptRejects, keptCounts] = [rejects, counts];
      rejects = new Map();
      counts = new Map();
      const result = await writer.commit({ entries });
      if (!result.ok) {
        // Nothing is lost: what could not be written is counted again with the next flush.
        merge(keptRejects, rejects);
        merge(keptCounts, counts);
        [rejects, counts] = [keptRejects, keptCounts];
      }
    },
  };
}

function merge<T extends Tally>(into: Map<unknown, T>, from: Map<unknown, T>): void {
  for (const [key, later] of from) {
    const earlier = into.get(key);
    if (earlier === undefined) into.set(key, later);
    else {
      earlier.count += later.count;
      earlier.to = later.to;
    }
  }
}
