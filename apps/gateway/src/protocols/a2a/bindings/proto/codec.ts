// gRPC bytes to the ProtoJSON that policy reads, and back. What is sent is written from that same JSON, so that bytes which
// decode to it in another way, or hold more than it, reach nobody (ADR 0029).
import { fromBinary, fromJson, type JsonValue, type Message, toBinary, toJson } from '@bufbuild/protobuf';
import { ok, type Result } from '../../../../errors.ts';
import { messageSchema } from './schema.ts';
import { messageOf } from '../../../../message-of.ts';

/** The error says what is wrong, to whoever sent it. */
type Coded<T> = Result<T, string>;

/**
 * Nested messages beyond this are refused, as implementations of gRPC do; a nested list or object of `data` counts for two
 * or three.
 */
const RECURSION = 100;

/** @param unknown whether fields that the schema does not have are refused, or left out. */
export function protoToJson(name: string, bytes: Uint8Array, unknown: 'refuse' | 'drop'): Coded<JsonValue> {
  const schema = messageSchema(name);
  let message: Message;
  try {
    message = fromBinary(schema, bytes, {
      recursionLimit: RECURSION,
      readUnknownFields: unknown === 'refuse',
    });
  } catch (error) {
    return no(`it is no ${name}: ${messageOf(error)}`);
  }
  if (unknown === 'refuse') {
    const number = unknownField(message);
    if (number !== null) return no(`it has a field ${number} that A2A 1.0 does not define`);
  }
  try {
    return ok(toJson(schema, message));
  } catch (error) {
    return no(`it has no form in JSON: ${messageOf(error)}`);
  }
}

/** @param unknown whether members that the schema does not have are refused, or left out. */
export function jsonToProto(name: string, json: JsonValue, unknown: 'refuse' | 'drop'): Coded<Uint8Array> {
  const schema = messageSchema(name);
  try {
    const message = fromJson(schema, json, {
      recursionLimit: RECURSION,
      ignoreUnknownFields: unknown === 'drop',
    });
    return ok(toBinary(schema, message));
  } catch (error) {
    return no(messageOf(error));
  }
}

/** The number of a field that the schema does not know, wherever it stands. */
function unknownField(value: unknown): number | null {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return null;
  if ('$unknown' in value && Array.isArray(value.$unknown) && value.$unknown.length > 0) {
    return (value.$unknown as readonly { readonly no: number }[])[0]?.no ?? null;
  }
  for (const each of Object.values(value)) {
    const found = unknownField(each);
    if (found !== null) return found;
  }
  return null;
}

function no(error: string): Result<never, string> {
  return { ok: false, error };
}
