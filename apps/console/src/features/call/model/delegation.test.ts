import { describe, expect, test } from 'vitest';
import type { CallDetail } from '../../../api/types.ts';
import { ancestorsOf, delegationOf, readToken } from './delegation.ts';

type Facts = Partial<CallDetail['call']> & { readonly token?: unknown; readonly caller?: unknown };

function detail(id: string, { token = null, caller = null, ...call }: Facts): CallDetail {
  return {
    call: {
      id,
      agent: 'planner',
      owner: 'olive',
      subject: null,
      upstream: 'github',
      resource: 'create_issue',
      operation: 'mcp:tools/call',
      decision: 'allow',
      link: 'root',
      ...call,
    },
    token,
    caller,
  } as CallDetail;
}
const token = (issuer: string, ...scopes: string[]) => ({
  issuer,
  jti: null,
  scopes,
  issuedAt: 1_790_000_000,
  expiresAt: 1_790_000_300,
  assurance: 'confidential',
});

describe('a delegation', () => {
  test('goes from the person by every agent to what was called', () => {
    const { subject, hops } = delegationOf([
      detail('call_1', {
        subject: 'alice@example.com',
        token: token('corp', 'issues', 'repos'),
        caller: { claim: 'client_id', value: 'planner-1' },
        upstream: 'github-agent',
        resource: null,
      }),
      detail('call_2', { agent: 'github-agent', link: 'verified', token: token('corp', 'issues') }),
    ]);
    expect(subject).toEqual({ name: 'alice@example.com', issuer: 'corp' });
    expect(hops.map(({ agent, target, link }) => [agent, target, link])).toEqual([
      ['planner', 'github-agent', 'root'],
      ['github-agent', 'github/create_issue', 'verified'],
    ]);
    expect(hops[0]).toMatchObject({ identity: 'client_id = planner-1', change: null });
    expect(hops[0]?.token?.expiresAt).toBe('2026-09-21T14:18:20.000Z');
    expect(hops[1]?.change).toEqual({ lost: ['repos'], gained: [] });
  });

  test('says where a token could do more than the one before, or names another person', () => {
    const { hops } = delegationOf([
      detail('call_1', { subject: 'alice', token: token('corp', 'read') }),
      detail('call_2', { subject: 'bob', token: token('corp', 'read', 'admin') }),
    ]);
    expect(hops[1]).toMatchObject({ change: { lost: [], gained: ['admin'] }, isOtherSubject: true });
  });

  test('compares no scopes of different issuers, and none that were erased', () => {
    const { hops } = delegationOf([
      detail('call_1', { token: token('corp', 'read') }),
      detail('call_2', { token: token('partner', 'all') }),
      detail('call_3', { token: null }),
    ]);
    expect(hops.map(({ change }) => change)).toEqual([null, null, null]);
  });

  test.each([null, 7, 'token', [], { issuer: 3 }])('knows nothing of a token that is %j', (value) => {
    expect(readToken(value)).toBeNull();
  });

  test('leaves out what a token does not say, or says of no calendar', () => {
    expect(readToken({ issuer: 'corp', scopes: 'all', expiresAt: 1e300 })).toEqual({
      issuer: 'corp',
      scopes: [],
      issuedAt: null,
      expiresAt: null,
      assurance: null,
    });
  });
});

test('the calls that led to one are found, even among rows that name each other', () => {
  const calls = [
    { id: 'a', parent: null },
    { id: 'b', parent: 'a' },
    { id: 'c', parent: 'b' },
    { id: 'x', parent: 'y' },
    { id: 'y', parent: 'x' },
  ];
  expect(ancestorsOf('c', calls).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  expect(ancestorsOf('x', calls).map(({ id }) => id)).toEqual(['y', 'x']);
  expect(ancestorsOf('gone', calls)).toEqual([]);
});
