import { expect, test } from 'vitest';
import { refusalMessage, refusalResponse, resultMessage } from './answers.ts';

test('a denial is an error of the gateway under HTTP 200, with what a program can read', async () => {
  const denial = {
    code: 'denied',
    reason: 'secret detail',
    message: 'denied by policy',
    data: { reason: 'forbidden', policies: ['p1', 'p2'], callId: 'call_1' },
  } as const;
  const response = refusalResponse(3, denial, 'call_1');
  expect(response.status).toBe(200);
  expect(response.headers.get('countersign-call')).toBe('call_1');
  const body = await response.text();
  expect(JSON.parse(body)).toEqual({
    jsonrpc: '2.0',
    id: 3,
    error: {
      code: -31403,
      message: 'denied by policy',
      data: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'POLICY_DENIED',
          domain: 'countersign.dev',
          metadata: { callId: 'call_1', reason: 'forbidden', policies: '["p1","p2"]' },
        },
      ],
    },
  });
  expect(body).not.toContain('secret detail');
});

test.each([
  ['foreign_task', undefined, 200, -32001, 'TASK_NOT_FOUND', 'a2a-protocol.org'],
  ['unknown_operation', -32004, 200, -32004, 'UNSUPPORTED_OPERATION', 'a2a-protocol.org'],
  ['unsupported_version', -32009, 200, -32009, 'VERSION_NOT_SUPPORTED', 'a2a-protocol.org'],
  ['upstream_invalid', undefined, 200, -32006, 'INVALID_AGENT_RESPONSE', 'a2a-protocol.org'],
  ['malformed_request', -32602, 200, -32602, 'INVALID_PARAMS', 'a2a-protocol.org'],
  ['malformed_request', -32700, 400, -32700, 'MALFORMED_REQUEST', 'countersign.dev'],
  ['unauthenticated', undefined, 401, -31401, 'UNAUTHENTICATED', 'countersign.dev'],
  ['log_unavailable', undefined, 503, -31503, 'LOG_UNAVAILABLE', 'countersign.dev'],
  ['too_many_pending', undefined, 200, -31429, 'TOO_MANY_PENDING', 'countersign.dev'],
] as const)('%s (%s)', async (code, rpcCode, status, expected, reason, domain) => {
  const rejection = { code, reason: 'r', message: 'm', ...(rpcCode === undefined ? {} : { rpcCode }) };
  const response = refusalResponse(null, rejection, null);
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({
    id: null,
    error: { code: expected, data: [{ reason, domain }] },
  });
});

test('a refusal carries its headers and when to come back', () => {
  const rejection = {
    code: 'unauthenticated',
    reason: 'r',
    message: 'm',
    retryAfterSeconds: 5,
    headers: { 'www-authenticate': 'Bearer x' },
  } as const;
  const { headers } = refusalResponse(1, rejection, null);
  expect(headers.get('www-authenticate')).toBe('Bearer x');
  expect(headers.get('retry-after')).toBe('5');
});

test('own messages are JSON-RPC with the id as it came', () => {
  expect(resultMessage('a"b', '{"n":1.0}')).toBe('{"jsonrpc":"2.0","id":"a\\"b","result":{"n":1.0}}');
  expect(refusalMessage(0, { code: 'internal', reason: 'r', message: 'm' }, null)).toMatchObject({ id: 0 });
});
