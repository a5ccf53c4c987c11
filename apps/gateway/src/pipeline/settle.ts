// The outcome of a recorded call: durable before the final bytes of the answer are let go. When it cannot be written
// those bytes are withheld, the outcome goes to the spill file, and the node leaves service (DESIGN sections 5, 9).
import type { EntryDraft, Outcome } from '@countersign/audit';
import { labelsOfOutput } from '../classifiers/of-call.ts';
import { ok, refuse, type Result } from '../errors.ts';
import { withheldMeters } from '../meters/withheld.ts';
import type { NeverStore } from '../never-store/never-store.ts';
import { recordedAnswer } from '../obligations/recorded.ts';
import type { Deps } from './deps.ts';
import { json } from './entries.ts';
import { holdersOf } from './facts.ts';
import { exposureChanges, only } from './record.ts';
import type { EntryReceipt } from '../store/types.ts';
import type { CompletedCall, RecordedCall } from './types.ts';

export interface CallOutcome {
  readonly outcome: Outcome;
  /** HTTP status of the upstream; null where none came. */
  readonly status: number | null;
  /** What came back: bytes relayed, events among them, SHA-256 in hex. */
  readonly received: { readonly bytes: number; readonly events: number; readonly sha256: string };
  /** When the first of it came, in milliseconds since the epoch, where that is not when the answer itself began. */
  readonly firstByteAt?: number | null;
  /** JSON text of the result, where it was read whole. */
  readonly result: string | null;
  readonly error: string | null;
  /** A result passed that was not read whole: whoever would have looked through it found whatever there is to find. */
  readonly isUnread?: true;
  /** Not a byte of the call went out: what it counted for is given back. */
  readonly isUnsent?: true;
}

export interface Settlement {
  /**
   * Records the outcome; the first one counts, later ones resolve to the same: where it stands in the log, or null for
   * aggregated traffic.
   */
  settle(outcome: CallOutcome): Promise<Result<EntryReceipt | null>>;
}

/** Nothing came back, or it is not known what: how the gateway's own failures and refusals end a call. */
export function withoutAnswer(outcome: Outcome, error: string): CallOutcome {
  return {
    outcome,
    status: null,
    received: { bytes: 0, events: 0, sha256: EMPTY_SHA256 },
    result: null,
    error,
  };
}

const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** Results beyond this are recorded by digest alone. */
const STORED_RESULT_CHARS = 256 * 1024;

type Settled = RecordedCall & Pick<CompletedCall, 'firstByteAt'>;

/** @param call with what is known of when its answer began, where it has one. */
export function settlement(call: Settled, deps: Deps): Settlement {
  let settled: Promise<Result<EntryReceipt | null>> | null = null;
  return {
    settle(outcome) {
      settled ??=
        call.receipt === null ? Promise.resolve(ok(null)) : complete(call, call.receipt.index, outcome, deps);
      return settled;
    },
  };
}

async function complete(
  call: Settled,
  decided: number,
  outcome: CallOutcome,
  deps: Deps,
): Promise<Result<EntryReceipt>> {
  // An A2A answer brings the labels that the callee's chain gathered back to the caller (DESIGN section 6).
  const gathered = call.protocol === 'a2a' ? await deps.reads.chainLabels(call.link.chain) : [];
  const said =
    outcome.isUnread === true
      ? deps.classifiers.unread('output', call.upstream.name)
      : labelsOfOutput(call, [outcome.result, outcome.error], deps.classifiers);
  const brought = [...new Set([...gathered, ...said])];
  const now = deps.now();
  const entryWith = (meters?: string) =>
    completedEntry(call, decided, outcome, { brought, meters }, now, deps.neverStore);
  const counted = outcome.isUnsent === true ? call.verdict.reservation : null;
  const result = await deps.meters.commitReturning(counted, (back) => ({
    entries: [entryWith(back?.detail(withheldMeters(call)))],
    changes: exposureChanges(holdersOf(call), brought, call, deps),
    // A call that a restart already declared unknown stays unknown.
    preconditions: [{ table: 'calls', where: { id: call.id, state: 'open' }, expect: 'exists' }],
  }));
  if (result.ok) return ok(only(result.receipts));
  if (result.code === 'log_unavailable') {
    deps.spill.keep(entryWith());
    deps.health.fail(`the outcome of ${call.id} could not be recorded: ${result.message}`);
  }
  return refuse(
    'outcome_unrecorded',
    `outcome of ${call.id}: ${result.code}`,
    `the call ${call.id} was carried out, but its outcome could not be recorded, so its result is withheld: do not retry it`,
  );
}

function completedEntry(
  call: Settled,
  decided: number,
  { outcome, status, received, result, error, firstByteAt = call.firstByteAt?.() ?? null }: CallOutcome,
  { brought, meters }: { readonly brought: readonly string[]; readonly meters: string | undefined },
  now: number,
  neverStore: NeverStore,
): EntryDraft<'call.completed'> {
  const durationUs = Math.max(0, Math.round((now - call.receivedAt) * 1000));
  return {
    kind: 'call.completed',
    call: call.id,
    agent: call.caller.agent?.uid ?? null,
    chain: call.link.chain,
    body: {
      outcome,
      status,
      durationUs,
      // The wall clock may be set meanwhile: an answer never begins before its call came, nor after it was over.
      firstByteUs:
        firstByteAt === null
          ? null
          : Math.min(durationUs, Math.max(0, Math.round((firstByteAt - call.receivedAt) * 1000))),
      bytes: received.bytes,
      events: received.events,
      decided,
    },
    details: {
      result: stored(
        call,
        result !== null && result.length <= STORED_RESULT_CHARS ? result : null,
        neverStore,
      ),
      rx: json({ sha256: received.sha256, bytes: received.bytes }),
      error: stored(call, error, neverStore),
      labels: brought.length > 0 ? json(brought) : undefined,
      meters,
    },
  };
}

/** An answer may repeat what must not be stored of the request. */
function stored(call: RecordedCall, text: string | null, never: NeverStore): string | undefined {
  return text === null ? undefined : (recordedAnswer(call, text, never) ?? undefined);
}
