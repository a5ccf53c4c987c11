import { randomBytes } from 'node:crypto';
import { newId } from '@countersign/audit';
import { expect, test } from 'vitest';
import type { InboundCall } from '../../pipeline/types.ts';
import { newStateId, openState, type RequestState, sameCall, sealState } from './request-state.ts';

const KEY = randomBytes(32);
const state = (inner: string | null): RequestState => ({
  id: newStateId(),
  run: 'r',
  expiresAt: 7,
  holder: 'h',
  call: 'c',
  link: { kind: 'root', chain: newId('chain'), depth: 1, agents: ['worker'], parent: newId('call') },
  questions: [{ key: 'q', operation: 'mcp:roots', call: newId('call') }],
  inner,
});

test('a state that was sealed opens to what it was, and says nothing of it before', () => {
  const sealed = sealState(KEY, state('SECRET'));
  expect(openState(KEY, sealed)).toMatchObject({ inner: 'SECRET', questions: [{ key: 'q' }] });
  expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('SECRET');
  expect(sealState(KEY, state('SECRET'))).not.toBe(sealed);
});

test('no bit of it can be changed, nothing added or cut off, and no other key opens it', () => {
  const sealed = sealState(KEY, state(null));
  const bytes = Buffer.from(sealed, 'base64url');
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(openState(KEY, changed.toString('base64url'))).toBeNull();
  }
  for (const other of [
    `${sealed}A`,
    `${sealed}-TAMPERED`,
    sealed.slice(0, -1),
    sealed.slice(0, 30),
    '',
    'A',
    `${sealed}=`,
  ])
    expect(openState(KEY, other)).toBeNull();
  expect(openState(randomBytes(32), sealed)).toBeNull();
});

test('no second text is the same state: what a decoder would skip is refused', () => {
  const sealed = sealState(KEY, state(null));
  for (const other of [` ${sealed}`, `${sealed}\n`, `${sealed.slice(0, 9)}!${sealed.slice(9)}`])
    expect(openState(KEY, other)).toBeNull();
});

const call = (params: string, upstream = 'srv_1', operation = 'mcp:tools/call') =>
  ({ upstream: { uid: upstream }, operation, message: { paramsText: params } }) as unknown as InboundCall;

test('the same call is one with the same parameters, whatever order they are in and whatever goes with a round', () => {
  const once = sameCall(call('{"name":"pay","arguments":{"a":1,"b":2}}'));
  const again =
    '{"arguments":{"b":2,"a":1},"name":"pay","_meta":{"x":1},"inputResponses":{},"requestState":"s"}';
  expect(sameCall(call(again))).toBe(once);
  for (const other of [
    '{"name":"pay","arguments":{"a":1.0,"b":2}}',
    '{"name":"pay","arguments":{"a":1,"b":2},"more":1}',
    '',
  ])
    expect(sameCall(call(other))).not.toBe(once);
  const text = '{"name":"pay","arguments":{"a":1,"b":2}}';
  expect(sameCall(call(text, 'srv_2'))).not.toBe(once);
  expect(sameCall(call(text, 'srv_1', 'mcp:prompts/get'))).not.toBe(once);
});
