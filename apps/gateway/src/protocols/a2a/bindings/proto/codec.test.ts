import { A2AService } from '@a2a-js/sdk/server/grpc';
import type { JsonValue } from '@bufbuild/protobuf';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BOUND_OPERATIONS } from '../operations.ts';
import { messages } from './arbitrary.ts';
import { jsonToProto, protoToJson } from './codec.ts';
import { messageSchema } from './schema.ts';

const NAMES = [...new Set(BOUND_OPERATIONS.flatMap(({ request, response }) => [request, response]))].filter(
  (name) => !name.includes('.'),
);

/** Written by the official SDK's own code, from what it read of ours. */
function throughSdk(name: string, bytes: Uint8Array): Uint8Array {
  const operation = BOUND_OPERATIONS.find((each) => each.request === name || each.response === name);
  const method = operation?.method ?? '';
  const key = `${method.charAt(0).toLowerCase()}${method.slice(1)}` as 'sendMessage';
  const { requestDeserialize, requestSerialize, responseDeserialize, responseSerialize } = A2AService[key];
  return operation?.request === name
    ? requestSerialize(requestDeserialize(Buffer.from(bytes)))
    : responseSerialize(responseDeserialize(Buffer.from(bytes)));
}

function written(name: string, json: JsonValue): Uint8Array {
  const bytes = jsonToProto(name, json, 'refuse');
  if (!bytes.ok) throw new Error(bytes.error);
  return bytes.value;
}

describe.each(NAMES)('%s', (name) => {
  test('is the same after it was written and read, and its bytes are after they were read and written', () => {
    fc.assert(
      fc.property(messages(messageSchema(name), { isForSdk: false }), (json) => {
        const bytes = written(name, json);
        expect(protoToJson(name, bytes, 'refuse')).toEqual({ ok: true, value: json });
        expect(written(name, json)).toEqual(bytes);
      }),
      { numRuns: 40 },
    );
  });

  test('is what the official SDK reads and writes', () => {
    fc.assert(
      fc.property(messages(messageSchema(name), { isForSdk: true }), (json) => {
        const theirs = throughSdk(name, written(name, json));
        expect(protoToJson(name, theirs, 'refuse')).toEqual({ ok: true, value: json });
      }),
      { numRuns: 40 },
    );
  });
});

const encode = (name: string, json: JsonValue): Buffer => Buffer.from(written(name, json));

test('a field that the schema does not have is refused wherever it stands, or left out', () => {
  const own = encode('SendMessageRequest', { tenant: 't' });
  const unknown = Buffer.concat([own, Buffer.from([0x7a, 0x01, 0x61])]);
  expect(protoToJson('SendMessageRequest', unknown, 'refuse')).toMatchObject({ ok: false });
  expect(protoToJson('SendMessageRequest', unknown, 'drop')).toEqual({ ok: true, value: { tenant: 't' } });
  const part = Buffer.from([0x7a, 0x00]);
  const message = Buffer.concat([Buffer.from([0x2a, part.length]), part]);
  const deep = Buffer.concat([Buffer.from([0x12, message.length]), message]);
  expect(protoToJson('SendMessageRequest', deep, 'refuse')).toMatchObject({
    ok: false,
    error: expect.stringContaining('field 15') as string,
  });
});

test('a member that the schema does not have, or knows by another name, is refused', () => {
  expect(jsonToProto('GetTaskRequest', { id: 'a', more: 1 }, 'refuse')).toMatchObject({ ok: false });
  expect(jsonToProto('GetTaskRequest', { id: 'a', more: 1 }, 'drop')).toMatchObject({ ok: true });
  expect(jsonToProto('SendMessageRequest', { message: { role: 'ROLE_GOD' } }, 'refuse')).toMatchObject({
    ok: false,
  });
});

/** `levels` of a field with number 6 within number 6: a list within a list in `data`. */
function nestedLists(levels: number): Buffer {
  let value: Buffer = Buffer.from([0x08, 0x00]);
  for (let i = 0; i < levels; i += 1) value = field(6, field(1, value));
  return field(2, field(5, field(4, value)));
}

function field(number: number, bytes: Buffer): Buffer {
  const length: number[] = [];
  for (let left = bytes.length; ; left >>>= 7) {
    if (left < 0x80) {
      length.push(left);
      break;
    }
    length.push((left & 0x7f) | 0x80);
  }
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...length]), bytes]);
}

test.each([
  ['text that is not UTF-8', Buffer.from([0x0a, 0x02, 0xff, 0xfe])],
  ['bytes that end too early', Buffer.from([0x0a, 0x7f, 0x61])],
  ['no message at all', Buffer.from('not a message')],
  [
    'a number that JSON does not have',
    field(
      4,
      field(
        1,
        Buffer.concat([
          field(1, Buffer.from('n')),
          field(2, Buffer.from([0x11, 0, 0, 0, 0, 0, 0, 0xf0, 0x7f])),
        ]),
      ),
    ),
  ],
  ['ten thousand lists in each other', nestedLists(10_000)],
])('is refused: %s', (_name, bytes) => {
  expect(protoToJson('SendMessageRequest', bytes, 'refuse')).toMatchObject({ ok: false });
});

test('a value of no kind is null, to policy and to whom it is sent', () => {
  const entry = Buffer.concat([field(1, Buffer.from('n')), field(2, Buffer.alloc(0))]);
  expect(protoToJson('SendMessageRequest', field(4, field(1, entry)), 'refuse')).toEqual({
    ok: true,
    value: { metadata: { n: null } },
  });
});

test('lists in each other as deep as people write them pass', () => {
  expect(protoToJson('SendMessageRequest', nestedLists(40), 'refuse')).toMatchObject({ ok: true });
});

test('of what is said twice in bytes, policy reads what is written on', () => {
  const bytes = Buffer.concat([field(2, Buffer.from('first')), field(2, Buffer.from('second'))]);
  const json = protoToJson('GetTaskRequest', bytes, 'refuse');
  expect(json).toEqual({ ok: true, value: { id: 'second' } });
  expect(written('GetTaskRequest', { id: 'second' })).toEqual(
    new Uint8Array(field(2, Buffer.from('second'))),
  );
});
