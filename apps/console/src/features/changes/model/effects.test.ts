import { expect, test } from 'vitest';
import { clearedExposures, registryEffect } from './effects.ts';

const field = { field: 'risk', before: 'high', after: null, moves: ['policy', 'gateway'] };
const object = { op: 'updated', kind: 'Agent', name: 'invoice', fields: [field] };
const group = { agent: 'a', target: 's/t', from: 'allow', to: 'deny', count: 2, calls: ['call_1'] };
const replay = {
  lookedAt: 9,
  decisions: 5,
  changed: 2,
  unchanged: 1,
  notReplayed: { erased: 1, redacted: 1 },
  isCut: false,
  covered: { since: '2026-01-01T00:00:00.000Z', entries: 30, archived: 12, left: 0 },
  groups: [group],
};

test('a change of the registry tells its fields, and which calls would come out otherwise', () => {
  expect(registryEffect({ objects: [object], replay, notReplayed: null })).toEqual({
    objects: [{ ...object, fields: [{ field: 'risk', before: '"high"', after: null, isGateways: true }] }],
    replay: { ...replay, notReplayed: 2 },
  });
});

test('a proposal of an earlier version does not say how much was looked at', () => {
  const { covered: _, ...earlier } = replay;
  expect(registryEffect({ objects: [], replay: earlier, notReplayed: null })?.replay).toMatchObject({
    covered: null,
  });
});

test('where no call was decided again, why', () => {
  expect(registryEffect({ objects: [], replay: null, notReplayed: 'busy' })?.replay).toEqual({
    none: 'busy',
  });
});

test.each([
  null,
  [],
  { objects: [object] },
  { objects: [{ ...object, fields: [{}] }], replay, notReplayed: null },
  { objects: [object, { ...object, op: 'renamed' }], replay, notReplayed: null },
  { objects: [object], replay: { ...replay, groups: [{ ...group, to: 'maybe' }] }, notReplayed: null },
  { objects: [object], replay: { ...replay, covered: { entries: 'all' } }, notReplayed: null },
])('an effect of another shape is told as the data it is: %j', (effect) => {
  expect(registryEffect(effect)).toBeNull();
});

test('a declassification tells whose exposure it is, and what brought it', () => {
  const exposure = {
    holder: { kind: 'agent', uid: 'agt_1', name: 'reader' },
    label: 'pii',
    until: '2026-01-01T00:00:00.000Z',
    call: 'call_1',
    agent: 'reader',
    upstream: 'crm',
    resource: 'get',
    at: null,
  };
  const person = { ...exposure, holder: { kind: 'subject', key: 'sub_1', name: null }, upstream: null };
  expect(clearedExposures({ exposures: [exposure, person] })).toEqual([
    expect.objectContaining({ holder: 'reader', kind: 'agent', label: 'pii', from: 'crm/get' }),
    expect.objectContaining({ holder: 'sub_1', kind: 'person', from: null }),
  ]);
  expect(clearedExposures({ exposures: [exposure, { ...exposure, label: 7 }] })).toBeNull();
  expect(clearedExposures({})).toBeNull();
});
