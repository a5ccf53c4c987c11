// A message that a server sent, read for what it is: no more than tells the gateway what to do with its bytes.
import { DEFAULT_SCAN, scanWith, textOf } from '../json/scan.ts';
import { compileShape } from '../json/shape.ts';
import type { ScanOptions } from '../json/types.ts';

export type ServerMessage = Readonly<Record<string, unknown>>;

/** A message of which no more is read than is asked for: most of what a server says only passes by. */
export interface Peeked {
  /** Null where it has none, or one that is no string. */
  readonly method: string | null;
  readonly hasId: boolean;
  /** False where nothing in it is called `_meta`. */
  mayHaveMeta(): boolean;
  whole(): ServerMessage;
}

const SHAPE = compileShape({ '': { known: ['jsonrpc', 'id', 'method', 'params', 'result', 'error'] } });
/** What is read here was held to the limits of a body or an event. */
const OPTIONS: ScanOptions = {
  ...DEFAULT_SCAN,
  maxBytes: Number.MAX_SAFE_INTEGER,
  maxKeys: 1_000_000,
  maxItems: 1_000_000,
  inexactNumbers: 'ignore',
  tolerant: true,
};

/** Null for what is no message, and for a server's own message that another reader could take for something else. */
export function peekMessage(data: Uint8Array | null): Peeked | null {
  if (data === null || data.byteLength === 0) return null;
  const scanned = scanWith(data, SHAPE, OPTIONS);
  if (!scanned.ok) return null;
  const { containers, faults } = scanned.value;
  const members = containers.get('')?.members;
  const method = members?.get('method');
  const isAmbiguous =
    members?.has('result') === true ||
    members?.has('error') === true ||
    faults.some(({ code }) => code === 'duplicate_key' || code === 'ambiguous_key');
  if (isAmbiguous && method !== undefined) return null;
  return {
    method: method === undefined ? null : stringIn(textOf(data, method)),
    hasId: members?.has('id') === true,
    mayHaveMeta: () => mayName(data, META),
    whole: () => scanned.value.value,
  };
}

const META = Buffer.from('_meta');

/** A name can be written with escapes, too. */
function mayName(text: Uint8Array, name: Uint8Array): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const byte = text[at];
    if (byte === BACKSLASH) return true;
    if (byte === name[0] && name.every((each, i) => text[at + i] === each)) return true;
  }
  return false;
}

const BACKSLASH = 0x5c;

function stringIn(json: string): string | null {
  if (!json.startsWith('"')) return null;
  return json.includes('\\') ? (JSON.parse(json) as string) : json.slice(1, -1);
}

export function readMessage(data: Uint8Array | null): ServerMessage | null {
  return peekMessage(data)?.whole() ?? null;
}

/** The error of a JSON-RPC answer to the request `id`, or to a request that the server could not read an id from. */
export function errorIn(message: ServerMessage | null, id: string | number | null): unknown {
  if (message === null || message['jsonrpc'] !== '2.0' || Object.hasOwn(message, 'result')) return null;
  const { error } = message;
  if (typeof error !== 'object' || error === null) return null;
  const { code, message: text } = error as Readonly<Record<string, unknown>>;
  if (!Number.isSafeInteger(code) || typeof text !== 'string') return null;
  const answers = message['id'] ?? null;
  return answers === null || answers === id ? error : null;
}
