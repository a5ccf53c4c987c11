// JSON-RPC messages on a two-way stream: told apart by their bytes, and the few places named where an id or a token stands,
// so that it can be replaced and put back without touching another byte.
import { scan, textOf } from '../../protocols/json/scan.ts';
import { compileShape } from '../../protocols/json/shape.ts';
import { replaceValue, splice } from '../../protocols/json/splice.ts';
import type { Container, JsonObject, JsonValue, Span } from '../../protocols/json/types.ts';

export type RequestId = string | number;

export interface RpcMessage {
  readonly kind: 'request' | 'notification' | 'answer';
  readonly bytes: Uint8Array;
  /** Null for a notification, and for an answer to a request whose id its server could not read. */
  readonly id: RequestId | null;
  /** '' for an answer. */
  readonly method: string;
  readonly value: JsonObject;
  readonly containers: ReadonlyMap<string, Container>;
}

/** Where an id or a token stands. */
export type Place = keyof typeof PLACES;

const SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId';

const PLACES = {
  id: ['', 'id'],
  /** Of a request: what its progress is to be told under. */
  progressToken: ['params._meta', 'progressToken'],
  /** Of `notifications/progress`. */
  progressOf: ['params', 'progressToken'],
  /** Of `notifications/cancelled`. */
  cancels: ['params', 'requestId'],
  /** MCP 2026-07-28: the id of the `subscriptions/listen` that a notification, or its result, belongs to. */
  subscription: ['params._meta', SUBSCRIPTION],
  subscriptionEnded: ['result._meta', SUBSCRIPTION],
} as const;

const SHAPE = compileShape({
  '': { known: ['jsonrpc', 'id', 'method', 'params', 'result', 'error'] },
  'params._meta': {},
  'result._meta': {},
});
const GENEROUS = { maxKeys: 1_000_000, maxItems: 1_000_000, tolerant: true } as const;

/** Null for what is no message, and for what another reader could take for another one. */
export function readRpc(bytes: Uint8Array): RpcMessage | null {
  const scanned = scan(bytes, SHAPE, { ...GENEROUS, maxBytes: bytes.byteLength });
  if (!scanned.ok) return null;
  const { value, containers } = scanned.value;
  const { id, method } = value;
  const isAnswer = Object.hasOwn(value, 'result') || Object.hasOwn(value, 'error');
  const hasId = typeof id === 'string' || Number.isSafeInteger(id);
  const known = { bytes, id: hasId ? (id as RequestId) : null, value, containers };
  if (value['jsonrpc'] !== '2.0' || isAnswer === Object.hasOwn(value, 'method')) return null;
  if (isAnswer) return hasId || id === null ? { ...known, kind: 'answer', method: '' } : null;
  if (typeof method !== 'string') return null;
  if (hasId) return { ...known, kind: 'request', method };
  return Object.hasOwn(value, 'id') ? null : { ...known, kind: 'notification', method };
}

/** The value at a place; undefined where there is none. */
export function at(message: RpcMessage, place: Place): JsonValue | undefined {
  const span = spanOf(message, place);
  return span === undefined ? undefined : (JSON.parse(textOf(message.bytes, span)) as JsonValue);
}

/** JSON text at a place, as it was written; null where there is none. */
export function textAt(message: RpcMessage, place: Place): string | null {
  const span = spanOf(message, place);
  return span === undefined ? null : textOf(message.bytes, span);
}

/** The message with other values in places where it has one. @param texts JSON text by place. */
export function rewritten(message: RpcMessage, texts: Partial<Record<Place, string>>): Uint8Array {
  const edits = Object.entries(texts).flatMap(([place, text]) => {
    const span = spanOf(message, place as Place);
    return span === undefined ? [] : [replaceValue(span, text)];
  });
  return edits.length === 0 ? message.bytes : splice(message.bytes, edits);
}

/** The same message on one line: outside of strings a line break is a blank, and inside it is no JSON. */
export function onOneLine(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(LF) && !bytes.includes(CR)) return bytes;
  return bytes.map((byte) => (byte === LF || byte === CR ? SPACE : byte));
}

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;

function spanOf({ containers }: RpcMessage, place: Place): Span | undefined {
  const [container, name] = PLACES[place];
  return containers.get(container)?.members.get(name);
}
