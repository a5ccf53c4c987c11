// A message that a server sent, read for what it is: no more than tells the gateway what to do with its bytes.
import { scan } from '../json/scan.ts';
import { compileShape } from '../json/shape.ts';

export type ServerMessage = Readonly<Record<string, unknown>>;

const ENVELOPE = compileShape({ '': { known: ['jsonrpc', 'id', 'method', 'params', 'result', 'error'] } });

/** Null for what is no message, and for a server's own message that another reader could take for something else. */
export function readMessage(data: Uint8Array | null): ServerMessage | null {
  if (data === null || data.byteLength === 0) return null;
  const scanned = scan(data, ENVELOPE, {
    maxBytes: data.byteLength,
    maxKeys: 1_000_000,
    maxItems: 1_000_000,
    tolerant: true,
  });
  if (!scanned.ok) return null;
  const { value, faults } = scanned.value;
  const isAmbiguous =
    Object.hasOwn(value, 'result') ||
    Object.hasOwn(value, 'error') ||
    faults.some(({ code }) => code === 'duplicate_key' || code === 'ambiguous_key');
  return isAmbiguous && Object.hasOwn(value, 'method') ? null : value;
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
