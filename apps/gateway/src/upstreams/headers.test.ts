import { describe, expect, it } from 'vitest';
import { answerHeaders, callerHeaders } from './headers.ts';

const NEVER = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'host',
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'content-length',
  'content-encoding',
  'accept-encoding',
  'forwarded',
  'x-forwarded-for',
  'traceparent',
  'tracestate',
  'baggage',
  'countersign-call',
  'countersign-call-token',
  'www-authenticate',
  'x-anything',
];

function withAll(...names: string[]): Map<string, string> {
  return new Map([...NEVER, ...names].map((name) => [name, `value of ${name}`]));
}

describe('headers to an upstream', () => {
  it('are those of its protocol and no other', () => {
    const mcp = [
      'accept',
      'content-type',
      'last-event-id',
      'mcp-method',
      'mcp-name',
      'mcp-param-region',
      'mcp-protocol-version',
      'mcp-session-id',
    ];
    const a2a = ['a2a-extensions', 'a2a-version', 'accept', 'content-type'];
    const all = withAll(...mcp, ...a2a);
    expect([...callerHeaders(all, 'mcp').keys()].toSorted()).toEqual(mcp);
    expect([...callerHeaders(all, 'a2a').keys()].toSorted()).toEqual(a2a);
    expect(callerHeaders(all, 'mcp').get('mcp-param-region')).toBe('value of mcp-param-region');
  });

  it('say of a body no more than its type: how it is read was settled', () => {
    const incoming = new Map([['content-type', 'application/json; charset=utf-8; x=y']]);
    expect(callerHeaders(incoming, 'mcp').get('content-type')).toBe('application/json');
  });

  it('are a map of their own', () => {
    const incoming = new Map([['accept', 'application/json']]);
    callerHeaders(incoming, 'mcp').set('authorization', 'Bearer upstream');
    expect(incoming.has('authorization')).toBe(false);
  });
});

describe('headers to a caller', () => {
  it('are those of its protocol and no other', () => {
    const both = ['allow', 'cache-control', 'content-type', 'retry-after', 'x-accel-buffering'];
    const all = withAll(...both, 'mcp-session-id', 'a2a-version');
    expect([...answerHeaders(all, 'mcp').keys()].toSorted()).toEqual([...both, 'mcp-session-id'].toSorted());
    expect([...answerHeaders(all, 'a2a').keys()].toSorted()).toEqual([...both, 'a2a-version'].toSorted());
  });
});
