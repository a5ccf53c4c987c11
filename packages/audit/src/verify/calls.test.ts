import { expect, test } from 'vitest';
import type { EntryDraft } from '../entry/types.ts';
import { newId } from '../ids.ts';
import { completed, decided, type LogBuilder, ORIGIN, openLog } from '../testing/log-builder.ts';
import { verifyLog } from './log.ts';
import type { LogReport } from './types.ts';

const CALL = newId('call');

async function verified(write: (log: LogBuilder) => void): Promise<LogReport> {
  const log = openLog();
  write(log);
  return verifyLog(log.entries, { origin: ORIGIN });
}

function unknown(index: number): EntryDraft {
  const body = { reason: 'restart' as const, decided: index };
  return { kind: 'call.unknown', call: CALL, agent: null, chain: null, body, details: {} };
}

function settled(index: number): EntryDraft {
  const body = { state: 'completed' as const, decided: index };
  return { kind: 'task.settled', call: CALL, agent: null, chain: null, body, details: {} };
}

const MESSAGE = { protocol: 'a2a', revision: 'a2a-1.0', operation: 'a2a:message/send' } as const;
const HOLD = { decision: 'hold', reason: 'guarded' } as const;
const DENY = { decision: 'deny', reason: 'forbidden' } as const;

test.each<[string, (log: LogBuilder) => void]>([
  ['allowed and completed', (log) => log.add(completed(CALL, log.add(decided(CALL))))],
  ['allowed and unknown after a restart', (log) => log.add(unknown(log.add(decided(CALL))))],
  ['denied', (log) => log.add(decided(CALL, DENY))],
  [
    'held, then allowed and completed',
    (log) => {
      log.add(decided(CALL, HOLD));
      log.add(completed(CALL, log.add(decided(CALL, { round: 2 }))));
    },
  ],
  [
    'held, then denied',
    (log) => {
      log.add(decided(CALL, HOLD));
      log.add(decided(CALL, { ...DENY, round: 2 }));
    },
  ],
  [
    'held twice, then given up by its caller',
    (log) => {
      log.add(decided(CALL, HOLD));
      log.add(completed(CALL, log.add(decided(CALL, { ...HOLD, round: 2 })), 'aborted'));
    },
  ],
  [
    'a call of a tool whose task settles after it completed',
    (log) => {
      const index = log.add(decided(CALL));
      log.add(completed(CALL, index));
      log.add(settled(index));
    },
  ],
  [
    'a message whose task settles after it completed',
    (log) => {
      const index = log.add(decided(CALL, MESSAGE));
      log.add(completed(CALL, index));
      log.add(settled(index));
    },
  ],
])('a call may be %s', async (_case, write) => {
  const report = await verified(write);
  expect(report.firstFailure).toBeNull();
  expect(report.calls.open).toBe(0);
});

test.each<[string, string, (log: LogBuilder) => void]>([
  ['completed without a decision', 'call_not_open', (log) => log.add(completed(CALL, 1))],
  [
    'completed twice',
    'call_not_open',
    (log) => {
      const index = log.add(decided(CALL));
      log.add(completed(CALL, index));
      log.add(completed(CALL, index));
    },
  ],
  [
    'completed and then declared unknown',
    'call_not_open',
    (log) => {
      const index = log.add(decided(CALL));
      log.add(completed(CALL, index));
      log.add(unknown(index));
    },
  ],
  [
    'completed although it was denied',
    'call_not_open',
    (log) => log.add(completed(CALL, log.add(decided(CALL, DENY)))),
  ],
  [
    'completed although it was only held',
    'call_not_allowed',
    (log) => log.add(completed(CALL, log.add(decided(CALL, HOLD)))),
  ],
  [
    'completed with reference to another entry',
    'call_reference_wrong',
    (log) => {
      log.add(decided(CALL));
      log.add(completed(CALL, 0));
    },
  ],
  [
    'completed with reference to the hold instead of the release',
    'call_reference_wrong',
    (log) => {
      const index = log.add(decided(CALL, HOLD));
      log.add(decided(CALL, { round: 2 }));
      log.add(completed(CALL, index));
    },
  ],
  [
    'decided again while it is open',
    'call_decided_twice',
    (log) => {
      log.add(decided(CALL));
      log.add(decided(CALL, { round: 2 }));
    },
  ],
  [
    'released in a round that does not follow',
    'call_decided_twice',
    (log) => {
      log.add(decided(CALL, HOLD));
      log.add(decided(CALL, { round: 3 }));
    },
  ],
  [
    'settled though it sent no message and called no tool',
    'task_not_open',
    (log) => log.add(settled(log.add(decided(CALL, { operation: 'mcp:resources/read' })))),
  ],
  [
    'settled twice, as a call of a tool',
    'task_not_open',
    (log) => {
      const index = log.add(decided(CALL));
      log.add(settled(index));
      log.add(settled(index));
    },
  ],
  [
    'settled by a decision that denied it',
    'task_not_open',
    (log) => log.add(settled(log.add(decided(CALL, DENY)))),
  ],
  [
    'settled twice',
    'task_not_open',
    (log) => {
      const index = log.add(decided(CALL, MESSAGE));
      log.add(settled(index));
      log.add(settled(index));
    },
  ],
])('a call must not be %s', async (_case, code, write) => {
  const report = await verified(write);
  expect(report.firstFailure).toMatchObject({ level: 'calls', code });
  expect(report.firstFailure?.index).toBe(report.size - 1);
});

test('a call that nobody finished is counted as open and said to be not proven', async () => {
  const report = await verified((log) => {
    log.add(decided(CALL));
    log.add(decided(newId('call'), HOLD));
  });
  expect(report).toMatchObject({ verdict: 'consistent', calls: { open: 1, held: 1 } });
  expect(report.notProven).toContain('1 allowed call without a recorded outcome: it may have happened');
});
