import { describe, expect, test } from 'vitest';
import { pageTokenOf, readListQuery } from './list-params.ts';

const PLAIN = {
  context: null,
  state: null,
  since: null,
  pageSize: 50,
  after: null,
  historyLength: null,
  withArtifacts: false,
};

test('nothing asked for is the first fifty of all', () => {
  expect(readListQuery({})).toEqual({ ok: true, value: PLAIN });
});

test('null, the empty string and the unspecified state ask for nothing', () => {
  const params = { contextId: '', status: 'TASK_STATE_UNSPECIFIED', pageToken: '', pageSize: null };
  expect(readListQuery(params)).toEqual({ ok: true, value: PLAIN });
});

test('a place that was given out is where the next page begins', () => {
  const place = { updatedAt: 1_700_000_000_000, id: 'a "strange" id' };
  const query = readListQuery({ pageToken: pageTokenOf(place) });
  expect(query.ok && query.value.after).toEqual(place);
});

test('states may be named by their number, times in ISO 8601', () => {
  const query = readListQuery({ status: 2, statusTimestampAfter: '2026-01-31T10:00:00Z', historyLength: 0 });
  expect(query).toMatchObject({
    ok: true,
    value: { state: 'TASK_STATE_WORKING', since: Date.UTC(2026, 0, 31, 10), historyLength: 0 },
  });
});

describe('what is refused, by its name', () => {
  test.each([
    ['contextId', 7],
    ['status', 'WORKING'],
    ['pageSize', 0],
    ['pageSize', 101],
    ['pageSize', '10'],
    ['pageToken', 'bm90IGpzb24'],
    ['pageToken', Buffer.from('[1]').toString('base64url')],
    ['pageToken', Buffer.from('["1","x"]').toString('base64url')],
    ['pageToken', 'A'.repeat(513)],
    ['pageToken', {}],
    ['historyLength', -1],
    ['statusTimestampAfter', 'yesterday'],
    ['statusTimestampAfter', 5],
    ['includeArtifacts', 'yes'],
  ])('%s: %j', (member, value) => {
    const query = readListQuery({ [member]: value });
    expect(query.ok ? '' : query.error).toContain(`\`params.${member}\` must be`);
  });
});
