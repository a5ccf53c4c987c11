// What a legal hold keeps that is no call, and what becomes of one that cannot be read.
import { newId } from '@countersign/audit';
import { expect, test } from 'vitest';
import { createAlone } from './alone.ts';
import { createLegalHolds } from './holds.ts';

const NOON = Date.UTC(2026, 0, 31, 12);

/** Whether something of a person that belongs to no call is kept, while this query lasts as a hold. */
async function keeps(
  query: string,
  subject: string | null,
  { isCallUnknown = false, isSubjectUnknown = false } = {},
): Promise<boolean> {
  const hold = {
    id: newId('hold'),
    query,
    reason: 'case 4711',
    setBy: 'omar',
    setAt: NOON,
    liftedBy: null,
    liftedAt: null,
  };
  const holds = createLegalHolds({
    writer: { commit: () => Promise.reject(new Error('nothing is written here')) },
    reads: { all: () => Promise.resolve([hold]) },
    now: () => NOON,
    alone: createAlone(),
  });
  const heldBy = await holds.heldBy();
  return (await heldBy({ call: null, isCallUnknown, time: NOON, subject, isSubjectUnknown })) !== null;
}

test.each([
  ['', true],
  ['subject:zoe', true],
  ['subject:zoe from:2026-01-31T12:00:00Z', true],
  ['subject:"zo"*', true],
  ['subject:zoe subject:ada', true],
  // It never had a server or an agent: it is none of those that are left out, and none of those that are kept.
  ['subject:zoe -server:dev', true],
  ['subject:ada', false],
  ['-subject:zoe', false],
  ['subject:zoe agent:clerk', false],
  ['subject:zoe to:2026-01-31T12:00:00Z', false],
])('a hold on `%s` keeps what was stored of a person beside their calls: %s', async (query, isKept) => {
  expect(await keeps(query, 'zoe')).toBe(isKept);
});

test.each([
  ['', true],
  ['subject:zoe agent:clerk', true],
  ['-subject:zoe', true],
  ['subject:ada', true],
  // Its call began no later than what is left of it.
  ['subject:zoe to:2026-01-31T12:00:00Z', true],
  ['from:2026-01-31T12:00:00Z', true],
  ['from:2026-01-31T12:00:01Z', false],
])(
  'a hold on `%s` keeps what is left of a call of which nothing else is known: %s',
  async (query, isKept) => {
    expect(await keeps(query, 'zoe', { isCallUnknown: true })).toBe(isKept);
  },
);

test.each([
  ['subject:zoe', true],
  ['-subject:zoe', true],
  ['subject:zoe from:2026-01-31T12:00:01Z', false],
  ['subject:zoe agent:clerk', false],
])('a hold on `%s` keeps what somebody did of whom nobody knows who it was: %s', async (query, isKept) => {
  expect(await keeps(query, null, { isSubjectUnknown: true })).toBe(isKept);
});

test('a hold that was set when its signs were letters, or that cannot be read at all, keeps everything', async () => {
  for (const query of [
    'subject:ad*',
    '-refunds',
    'agnet:clerk',
    'subject:ad|agent:clerk',
    'subject:ada where:"-outcome:failed"',
    'subject:ada approval:rejected',
  ])
    expect([query, await keeps(query, null)]).toEqual([query, true]);
});

test('a hold whose text, as it would be stored, could not be read back is not set', async () => {
  const written: unknown[] = [];
  const holds = createLegalHolds({
    writer: {
      commit: (commit) => {
        written.push(commit);
        return Promise.reject(new Error('nothing is written here'));
      },
    },
    reads: { all: () => Promise.resolve([]) },
    now: () => NOON,
    alone: createAlone(),
  });
  // The time gets its milliseconds.
  const time = 'to:2026-01-31T12:00:00Z';
  const names = Array.from({ length: 8 }, (_, at) => `agent:${String(at).repeat(246)}`);
  const query = [time, ...names].join(' ').padEnd(2048, 'x');
  expect(query).toHaveLength(2048);
  expect(await holds.set({ query, reason: 'case 4711', user: { name: 'omar' } })).toMatchObject({
    ok: false,
    error: { code: 'invalid', message: expect.stringContaining('longer than 2048') },
  });
  expect(written).toEqual([]);
});
