import { describe, expect, it } from 'vitest';
import { peekMessage, readMessage } from './message.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const NOTICE = '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info"}}';

describe('a look at a message', () => {
  it('says what it is without the rest of it being read', () => {
    const peeked = peekMessage(bytes(NOTICE));
    expect(peeked).toMatchObject({ method: 'notifications/message', hasId: false });
    expect(peeked?.mayHaveMeta()).toBe(false);
    expect(peeked?.whole()).toEqual(JSON.parse(NOTICE));
  });

  it('reads names and methods as every reader does, however they are written', () => {
    const text = '{"jsonrpc":"2.0","\\u0069d":0,"m\\u0065thod":"p\\u0069ng"}';
    expect(peekMessage(bytes(text))).toMatchObject({ method: 'ping', hasId: true });
    expect(peekMessage(bytes('{"method":"é/ü"}'))?.method).toBe('é/ü');
  });

  it('has no method where that is no string', () => {
    for (const method of ['null', '7', '{}', '["ping"]'])
      expect(peekMessage(bytes(`{"jsonrpc":"2.0","method":${method}}`))?.method).toBeNull();
    expect(peekMessage(bytes('{"jsonrpc":"2.0","id":1,"result":{}}'))?.method).toBeNull();
  });

  it('never misses metadata, wherever it stands and however it is written', () => {
    for (const params of [
      '{"_meta":{}}',
      '{"\\u005fmeta":{}}',
      '{"_\\u006deta":{}}',
      '{"a":1, "_meta" : null}',
    ])
      expect(peekMessage(bytes(`{"method":"a","params":${params}}`))?.mayHaveMeta()).toBe(true);
    expect(peekMessage(bytes('{"method":"a","params":{"_met":1,"meta":"_"}}'))?.mayHaveMeta()).toBe(false);
  });

  it('is none where two readers could take the message of a server for two', () => {
    for (const text of [
      '{"method":"a","method":"b"}',
      '{"method":"a","Method":"b"}',
      '{"method":"a","result":{}}',
      '{"method":"a","error":null}',
      '{"method":"a","params":{"x":1,"x":2}}',
      '{"method":"a","params":{"x":1}} {}',
      '[{"method":"a"}]',
      '',
    ])
      expect([text, peekMessage(bytes(text)), readMessage(bytes(text))]).toEqual([text, null, null]);
  });

  it('leaves numbers to whoever reads the message: as it came is as it goes', () => {
    const text = `{"method":"a","params":{"big":12345678901234567890,"huge":1e999,"at":1795422000123.4567}}`;
    expect(peekMessage(bytes(text))?.method).toBe('a');
    expect(readMessage(bytes(text))).toEqual(JSON.parse(text));
  });
});
