import { expect, test } from 'vitest';
import { createSseSplitter } from '../sse.ts';
import { quietEvent, quietPiece } from '../quiet-sse.ts';
import { quietMessage } from './quiet.ts';

const SECRET = 'ines@northwind.example';

function piecesOf(text: string) {
  return createSseSplitter(1_000).push(Buffer.from(text));
}

test('of what a server says beside a masked answer, only what can hold nothing of it is told', () => {
  const params = { progressToken: 'p', progress: 1, total: 2, message: SECRET, more: SECRET };
  const left = (method: string, more: object = {}) =>
    quietMessage({ jsonrpc: '2.0', method, params, ...more }, method);
  expect(left('notifications/progress')).toEqual({
    jsonrpc: '2.0',
    method: 'notifications/progress',
    params: { progressToken: 'p', progress: 1, total: 2 },
  });
  expect(left('notifications/tools/list_changed')).toEqual({
    jsonrpc: '2.0',
    method: 'notifications/tools/list_changed',
  });
  expect(left('ping', { id: 'a' })).toEqual({ jsonrpc: '2.0', id: 'a', method: 'ping' });
  for (const method of [
    'notifications/message',
    'notifications/resources/updated',
    'notifications/cancelled',
    'made/up',
  ])
    expect(left(method), method).toBeNull();
});

test('progress that is no number is none', () => {
  const method = 'notifications/progress';
  expect(
    quietMessage({ jsonrpc: '2.0', method, params: { progressToken: 1, progress: SECRET } }, method),
  ).toBeNull();
  expect(
    quietMessage(
      { jsonrpc: '2.0', method, params: { progressToken: 1, progress: 1, total: SECRET } },
      method,
    ),
  ).toEqual({
    jsonrpc: '2.0',
    method,
    params: { progressToken: 1, progress: 1 },
  });
  expect(quietMessage({ jsonrpc: '2.0', method }, method)).toBeNull();
});

test('an event is written anew: of its own words only the id is left, which a client needs to resume', () => {
  const piece = piecesOf(`: ${SECRET}\n\nevent: ${SECRET}\nid: 7\nother: ${SECRET}\ndata: {}\n\n`).find(
    ({ data }) => data !== null,
  );
  if (piece === undefined) throw new Error('no event');
  expect(Buffer.from(quietEvent(piece, '{"a":1}')).toString()).toBe(
    'event: message\nid: 7\ndata: {"a":1}\n\n',
  );
});

test('a piece without a message keeps what paces a client', () => {
  const quiet = piecesOf(`: ${SECRET}\n\nid: 7\nretry: 10\nevent: ${SECRET}\ndata:\n\nid: 8\n\n`).map(
    (piece) => Buffer.from(quietPiece(piece)).toString(),
  );
  expect(quiet.join('')).not.toContain(SECRET);
  expect(quiet).toContain('id: 7\nretry: 10\ndata:\n\n');
  expect(quiet).toContain('id: 8\n\n');
});
