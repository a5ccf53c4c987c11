// A JSON-RPC message as the bytes of the gRPC request that says the same. What these bytes could not say is refused: what
// policy saw is what is sent, or nothing is.
import type { JsonValue } from '@bufbuild/protobuf';
import type { Result } from '../../../../errors.ts';
import { paramsText, type Undressed } from '../undress.ts';
import { jsonToProto } from '../proto/codec.ts';

export function grpcRequest(message: Undressed): Result<Uint8Array, string> {
  if (message.inexact !== null) {
    return {
      ok: false,
      error: `the number ${message.inexact} would be another one over gRPC, which has doubles only: send it as a string`,
    };
  }
  return jsonToProto(message.operation.request, JSON.parse(paramsText(message)) as JsonValue, 'refuse');
}
