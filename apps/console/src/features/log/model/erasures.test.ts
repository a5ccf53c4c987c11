import { expect, test } from 'vitest';
import { effectOf, erasuresOf } from './erasures.ts';

const recorded = {
  entry: 9,
  time: '2026-11-02T10:00:00.000Z',
  cause: 'erasure' as const,
  change: 'chg_1' as string | null,
  entries: 128,
  details: 300,
  keys: 4,
  basis: 'Art. 17',
  author: 'omar',
  reviewers: ['fiona'],
  exports: [],
  sinks: [],
  unreached: [],
  untold: 0,
};

test('an erasure that took several entries is told once, with all that it destroyed', () => {
  const rest = { ...recorded, entry: 8, entries: 2, details: 5 };
  const other = { ...recorded, entry: 7, change: 'chg_2' };
  expect(
    erasuresOf([recorded, rest, other]).map(({ change, details, entries, recordedAt }) => [
      change,
      details,
      entries,
      recordedAt,
    ]),
  ).toEqual([
    ['chg_1', 305, 130, [9, 8]],
    ['chg_2', 300, 128, [7]],
  ]);
});

test('what went by retention is told by rule and day', () => {
  const retention = { ...recorded, cause: 'retention' as const, change: null, basis: '{"of":"calls"}' };
  const told = erasuresOf([
    retention,
    { ...retention, entry: 6 },
    { ...retention, entry: 5, basis: '{"of":"other"}' },
    { ...retention, entry: 4, time: '2026-11-01T23:00:00.000Z' },
  ]);
  expect(told.map(({ recordedAt }) => recordedAt)).toEqual([[9, 6], [5], [4]]);
});

test('the effect of a proposal is read whole, or not at all', () => {
  const effect = {
    basis: 'Art. 17',
    entries: 1,
    details: 2,
    calls: 1,
    from: null,
    to: null,
    fields: ['request'],
    agents: [{ agent: 'invoice', calls: 1 }],
    held: [],
    exports: [{ id: 'exp_1', actor: 'fiona', at: '2026-11-01T10:00:00.000Z' }],
    open: 0,
  };
  expect(effectOf(effect)).toMatchObject({ ...effect, archived: 0, untold: 0, sinks: [], unreached: [] });
  const left = { untold: 2, archivedLeft: 3, unreached: [{ log: '/cold/one', why: 'its keys are away' }] };
  expect(effectOf({ ...effect, ...left })).toMatchObject({ ...effect, ...left });
  for (const broken of [
    null,
    [],
    'x',
    { ...effect, agents: [{}] },
    { ...effect, held: 'no' },
    { ...effect, untold: 'some' },
    { ...effect, alongside: null },
    { ...effect, sinks: [{ sink: 'siem' }] },
    { ...effect, unreached: [{ log: '/cold/one' }] },
  ])
    expect(effectOf(broken)).toBeNull();
});
