// What the JSON-RPC message to an agent is in the binding that the agent is spoken to in. A pure function of the message, so
// that its digest can be on record before anything is sent, and be compared when it is (ADR 0029).
import type { Result } from '../../../errors.ts';
import type { BodyDigest } from '../../../pipeline/types.ts';
import type { AgentInterface } from './choose.ts';
import { grpcRequest } from './grpc/request.ts';
import { httpRequest } from './http/request.ts';
import { digestOf } from './message.ts';
import type { BoundOperation } from './operations.ts';
import { undress } from './undress.ts';

export type Dressed =
  | { readonly binding: 'JSONRPC' }
  | {
      readonly binding: 'HTTP+JSON';
      readonly asked: Asked;
      readonly verb: BoundOperation['verb'];
      readonly url: string;
      readonly body: Uint8Array | null;
      readonly digest: BodyDigest;
    }
  | {
      readonly binding: 'GRPC';
      readonly asked: Asked;
      /** Of the server. */
      readonly origin: string;
      readonly message: Uint8Array;
      readonly digest: BodyDigest;
    };

export interface Asked {
  readonly id: string | number;
  readonly operation: BoundOperation;
}

const memo = new WeakMap<
  Uint8Array,
  { readonly to: AgentInterface; readonly dressed: Result<Dressed, string> }
>();

/** The error says why the binding has no words for the message. */
export function dress(message: Uint8Array, to: AgentInterface): Result<Dressed, string> {
  if (to.binding === 'JSONRPC') return { ok: true, value: { binding: 'JSONRPC' } };
  const known = memo.get(message);
  if (known?.to.binding === to.binding && known.to.url === to.url) return known.dressed;
  const dressed = dressIn(to.binding, message, to.url);
  memo.set(message, { to, dressed });
  return dressed;
}

function dressIn(binding: 'HTTP+JSON' | 'GRPC', message: Uint8Array, url: string): Result<Dressed, string> {
  const undressed = undress(message);
  if (!undressed.ok) return undressed;
  const { id, operation } = undressed.value;
  const asked = { id, operation };
  if (binding === 'GRPC') {
    const bytes = grpcRequest(undressed.value);
    if (!bytes.ok) return bytes;
    const digest = digestOf(bytes.value);
    return { ok: true, value: { binding, asked, origin: url, message: bytes.value, digest } };
  }
  const request = httpRequest(undressed.value, url);
  if (!request.ok) return request;
  const { body, target } = request.value;
  return {
    ok: true,
    value: { binding, asked, ...request.value, digest: digestOf(body ?? Buffer.from(target)) },
  };
}
