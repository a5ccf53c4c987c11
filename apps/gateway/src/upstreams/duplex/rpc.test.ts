import { describe, expect, test } from 'vitest';
import { at, onOneLine, readRpc, rewritten, textAt } from './rpc.ts';

const read = (text: string) => readRpc(Buffer.from(text));

describe('a message on a stream', () => {
  test.each([
    ['{"jsonrpc":"2.0","id":1,"method":"ping"}', 'request'],
    ['{"jsonrpc":"2.0","id":"1","result":{}}', 'answer'],
    ['{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":""}}', 'answer'],
    ['{"jsonrpc":"2.0","method":"notifications/x"}', 'notification'],
  ])('%s is a %s', (text, kind) => {
    expect(read(text)?.kind).toBe(kind);
  });

  test.each([
    '',
    'null',
    '[]',
    '[{"jsonrpc":"2.0","id":1,"method":"ping"}]',
    '{"id":1,"method":"ping"}',
    '{"jsonrpc":"1.0","id":1,"method":"ping"}',
    '{"jsonrpc":"2.0","id":1}',
    '{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}',
    '{"jsonrpc":"2.0","id":1.5,"method":"ping"}',
    '{"jsonrpc":"2.0","id":null,"method":"ping"}',
    '{"jsonrpc":"2.0","id":{},"result":{}}',
    '{"jsonrpc":"2.0","result":{}}',
    '{"jsonrpc":"2.0","id":1,"method":7}',
    '{"jsonrpc":"2.0","id":1,"method":"ping"} trailing',
  ])('%s is none', (text) => {
    expect(read(text)).toBeNull();
  });

  test('keeps every byte but those of the ids that are replaced', () => {
    const text = `{ "params": {"n": 1.0e400x, "_meta": {"progressToken" : "ünï", "k": 9007199254740993}}, "jsonrpc":"2.0", "id" : 7, "method":"m"}`;
    const message = read(text.replace('1.0e400x', '1.0'));
    if (message === null) throw new Error('unreadable');
    const out = Buffer.from(rewritten(message, { id: '"a"', progressToken: '5', cancels: '1' })).toString();
    expect(out).toBe(
      `{ "params": {"n": 1.0, "_meta": {"progressToken" : 5, "k": 9007199254740993}}, "jsonrpc":"2.0", "id" : "a", "method":"m"}`,
    );
    expect(textAt(message, 'progressToken')).toBe('"ünï"');
  });

  test('names what it belongs to', () => {
    const progress = read('{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":3}}');
    const change = read(
      '{"jsonrpc":"2.0","method":"n","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":"s"}}}',
    );
    const cancelled = read('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"r"}}');
    expect([progress, change, cancelled].every((message) => message !== null)).toBe(true);
    expect(progress && at(progress, 'progressOf')).toBe(3);
    expect(change && at(change, 'subscription')).toBe('s');
    expect(cancelled && at(cancelled, 'cancels')).toBe('r');
    expect(progress && at(progress, 'cancels')).toBeUndefined();
  });

  test('is put on one line without changing what it says', () => {
    const pretty = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'm', params: { a: 'x\ny' } }, null, 2);
    const line = Buffer.from(onOneLine(Buffer.from(pretty.replaceAll('\n', '\r\n')))).toString();
    expect(line).not.toMatch(/[\r\n]/);
    expect(JSON.parse(line)).toEqual(JSON.parse(pretty));
  });
});
