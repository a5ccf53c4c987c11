// A log that continues another closes what was open there, before its first `node.started` and never later.
import { expect, test } from 'vitest';
import type { EntryDraft } from '../entry/types.ts';
import { newId } from '../ids.ts';
import { completed, decided, emptyLog, ORIGIN } from '../testing/log-builder.ts';
import { verifyLog } from './log.ts';

const CALL = newId('call');
const plain = { call: null, agent: null, chain: null } as const;
const UNKNOWN: EntryDraft = {
  ...plain,
  kind: 'call.unknown',
  call: CALL,
  body: { reason: 'unrecorded', decided: 4711 },
  details: {},
};
const CLOSED: EntryDraft = {
  ...plain,
  kind: 'approval.closed',
  body: { approval: newId('apr'), state: 'withdrawn', previous: 'pending', user: null },
  details: { reason: 'the log goes on under another name' },
};
const STARTED: EntryDraft = { ...plain, kind: 'node.started', body: {}, details: {} };

async function firstFailure(continues: string | null, drafts: readonly EntryDraft[]) {
  const log = emptyLog();
  const details = continues === null ? { origin: ORIGIN } : { origin: ORIGIN, continues };
  log.add({ ...plain, kind: 'log.opened', body: {}, details });
  for (const draft of drafts) log.add(draft);
  return (await verifyLog(log.entries, { origin: ORIGIN })).firstFailure?.code ?? null;
}

test('what was open in the log before is closed at the beginning', async () => {
  expect(await firstFailure('{}', [UNKNOWN, CLOSED, STARTED, decided(newId('call'))])).toBeNull();
});

test('a log that continues none has nothing to close', async () => {
  expect(await firstFailure(null, [UNKNOWN])).toBe('call_not_open');
  expect(await firstFailure(null, [CLOSED])).toBe('approval_unknown');
});

test('nothing of before is closed once the gateway serves, and nothing twice', async () => {
  expect(await firstFailure('{}', [STARTED, UNKNOWN])).toBe('call_not_open');
  expect(await firstFailure('{}', [STARTED, CLOSED])).toBe('approval_unknown');
  expect(await firstFailure('{}', [CLOSED, CLOSED])).toBe('approval_not_pending');
});

test('no outcome of before appears from nowhere, and no grant of before is used', async () => {
  expect(await firstFailure('{}', [completed(CALL, 4711)])).toBe('call_not_open');
  const approval = CLOSED.kind === 'approval.closed' ? CLOSED.body.approval : null;
  const redeemed = decided(newId('call'), { reason: 'grant_redeemed', approval, round: 2 });
  expect(await firstFailure('{}', [redeemed])).toBe('approval_unknown');
  expect(await firstFailure('{}', [CLOSED, redeemed])).toBe('approval_not_granted');
});
