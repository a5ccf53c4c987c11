// Logs that a gateway with a fault, or with bad intent, could have written and signed: every hash is right, and what is said
// cannot be. They are found in the log itself and in a bundle of it. For tests only.

import { sealEntry } from '../../entry/seal.ts';
import type { EntryBody, EntryDraft } from '../../entry/types.ts';
import { newId } from '../../ids.ts';
import { digestOf } from '../../sha256.ts';
import type { FailureCode } from '../../verify/types.ts';
import {
  completed,
  decided,
  emptyLog,
  type LogBuilder,
  openLog,
  ORIGIN,
  withEntries,
} from '../log-builder.ts';

export interface FaultyLog {
  readonly log: LogBuilder;
  /** The entry that is to be named. */
  readonly at: number;
}

const [call, approval, node] = [newId('call'), newId('apr'), newId('node')];
const NOBODY = { call: null, agent: null, chain: null } as const;

/** A log that opens and then has these, the last of which is the one that cannot be. */
function ending(...drafts: readonly EntryDraft[]): FaultyLog {
  const log = openLog();
  for (const draft of drafts) log.add(draft);
  return { log, at: drafts.length };
}

const requested = (quorum: number): EntryDraft => ({
  kind: 'approval.requested',
  ...NOBODY,
  body: { approval, quorum, expiresAt: 1 },
  details: {},
});

const approved: EntryDraft = {
  kind: 'approval.reviewed',
  ...NOBODY,
  body: { approval, verdict: 'approve', reviewer: newId('usr'), state: 'approved' },
  details: {},
};

const expired = (
  previous: EntryBody<'approval.closed'>['previous'],
  details: EntryDraft<'approval.closed'>['details'] = {},
): EntryDraft => ({
  kind: 'approval.closed',
  ...NOBODY,
  body: { approval, state: 'expired', previous, user: null },
  details,
});

const ended = completed(call, 1);

export const FAULTY_LOGS = {
  time_backwards: () => {
    const log = openLog();
    log.add(decided(call), { time: 50 });
    return { log, at: log.add(completed(call, 1), { time: 40 }) };
  },
  prev_mismatch: () => {
    // A writer that forgets: the entry is in the tree, and names another one before it.
    const log = openLog();
    const draft = { kind: 'node.stopped', ...NOBODY, body: { reason: 'signal' }, details: {} } as const;
    const sealed = sealEntry(draft, { index: 1, prev: digestOf('another'), time: 9, node, chain: null });
    return { log: withEntries(log, [...log.entries, { index: 1, ...sealed }]), at: 1 };
  },
  chain_broken: () => {
    const log = openLog();
    const chain = newId('chain');
    log.add(decided(call, {}, chain));
    const link = { seq: 1, prevLog: digestOf(ORIGIN), prevIndex: 0, prevLeaf: digestOf('x') };
    return { log, at: log.add(completed(call, 1, 'ok', chain), { link }) };
  },
  origin_mismatch: () => {
    const log = emptyLog('another.example');
    log.add({ kind: 'log.opened', ...NOBODY, body: {}, details: { origin: ORIGIN } });
    return { log, at: 0 };
  },
  call_decided_twice: () => ending(decided(call), decided(call)),
  call_not_open: () => ending(completed(call, 0)),
  call_not_allowed: () => ending(decided(call, { decision: 'hold', reason: 'guarded' }), ended),
  call_reference_wrong: () => ending(decided(call), completed(call, 0)),
  call_times: () =>
    ending(decided(call), { ...ended, body: { ...ended.body, durationUs: 900, firstByteUs: 901 } }),
  task_not_open: () =>
    ending({
      kind: 'task.settled',
      call,
      agent: null,
      chain: null,
      body: { state: 'completed', decided: 0 },
      details: {},
    }),
  approval_repeated: () => ending(requested(1), requested(1)),
  approval_unknown: () => ending(approved),
  approval_not_pending: () => ending(requested(1), approved, approved),
  approval_state: () => ending(requested(1), expired('approved')),
  approval_actor: () => ending(requested(1), expired('pending', { actor: '{"name":"nobody"}' })),
  approval_quorum: () => ending(requested(2), approved),
  approval_not_granted: () => ending(requested(1), decided(call, { reason: 'grant_redeemed', approval })),
} as const satisfies Partial<Record<FailureCode, () => FaultyLog>>;
