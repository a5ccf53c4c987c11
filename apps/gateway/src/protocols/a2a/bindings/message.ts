// The JSON-RPC message around what another binding carries bare: put on on the way in, taken off on the way out, byte for
// byte. Nothing is written anew (ADR 0004).
import { createHash } from 'node:crypto';
import type { BodyDigest } from '../../../pipeline/types.ts';
import { memberText } from '../ids.ts';
import { scan } from '../../json/scan.ts';
import type { JsonObject } from '../../json/types.ts';

/** The id of every message that the gateway puts around a request: its answer comes back on the same exchange. */
const OWN_RPC_ID = 1;

export type RpcError = { readonly code: number; readonly message: string; readonly data: unknown };

/** A JSON-RPC answer, taken apart. */
export type Outcome =
  | { readonly kind: 'result'; readonly json: string }
  | { readonly kind: 'error'; readonly error: RpcError };

/** @param params one JSON object that was scanned already: a part of another would become a member of the message. */
export function rpcRequest(method: string, params: Uint8Array): Uint8Array {
  return Buffer.concat([
    Buffer.from(`{"jsonrpc":"2.0","id":${OWN_RPC_ID},"method":${JSON.stringify(method)},"params":`),
    params,
    CLOSE,
  ]);
}

/** @param result one JSON object that was scanned already. */
export function rpcResult(id: string | number | null, result: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":`), result, CLOSE]);
}

export function rpcError(id: string | number | null, error: RpcError): Uint8Array {
  const { code, message, data } = error;
  return Buffer.from(
    JSON.stringify({
      jsonrpc: '2.0',
      id,
      error: { code, message, ...(data === undefined ? {} : { data }) },
    }),
  );
}

/** @param bytes an answer of the gateway's own, or one that it has read and found fit. */
export function outcomeOf(bytes: Uint8Array): Outcome {
  const read = readObject(bytes, bytes.byteLength);
  if (read === null) throw new Error('an answer that is no JSON object was to be told');
  const { error } = read.value;
  if (error === undefined || error === null) {
    const json = memberText(bytes, read.container, 'result');
    if (json === null) throw new Error('an answer without result and error was to be told');
    return { kind: 'result', json };
  }
  const { code, message, data } = error as JsonObject;
  return {
    kind: 'error',
    error: {
      code: typeof code === 'number' ? code : -32603,
      message: typeof message === 'string' ? message : '',
      data: data ?? undefined,
    },
  };
}

/** One JSON object of somebody else's, or null where it is none; what is in it is for others to judge. */
export function readObject(bytes: Uint8Array, maxBytes: number) {
  const scanned = scan(bytes, undefined, {
    maxBytes,
    maxKeys: 1_000_000,
    maxItems: 1_000_000,
    tolerant: true,
  });
  return scanned.ok ? { value: scanned.value.value, container: scanned.value.containers.get('') } : null;
}

export function digestOf(bytes: Uint8Array): BodyDigest {
  return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.byteLength };
}

const CLOSE = Buffer.from('}');
