// The status that ends a gRPC call, and google.rpc.Status in its trailer `grpc-status-details-bin`: written for callers, read
// from agents (A2A 1.0 section 10.6). Of its details only ErrorInfo has a form in both bindings.
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { AnySchema } from '@bufbuild/protobuf/wkt';
import { Metadata, type StatusObject } from '@grpc/grpc-js';
import type { RpcError } from '../message.ts';
import { jsonToProto, protoToJson } from '../proto/codec.ts';
import { messageSchema } from '../proto/schema.ts';
import { detailsOf, ERROR_INFO, rpcErrorOf, statusName, statusOf } from '../status.ts';

const DETAILS = 'grpc-status-details-bin';
/** A trailer that is larger than this is not sent, or not read. */
const MAX_DETAILS = 6_000;
/** Longer texts would not fit into a header of HTTP/2 that every reader takes. */
const MAX_TEXT = 2_000;

/** @param http the status of the JSON-RPC answer that says so. @param trailers what else ends the call. */
export function grpcStatus(error: RpcError, http: number, trailers: Metadata): StatusObject {
  const { code } = statusOf(error.code, http);
  // SECURITY: grpc-js writes it as a URI, and half a character, which a cut can leave, would end the whole process.
  const message = error.message.slice(0, MAX_TEXT).toWellFormed();
  const metadata = trailers.clone();
  const details = encodeDetails(code, message, detailsOf(error));
  if (details !== null) metadata.set(DETAILS, Buffer.from(details));
  return { code, details: message, metadata };
}

function encodeDetails(code: number, message: string, details: readonly unknown[]): Uint8Array | null {
  const infos = details.flatMap((each) => {
    if (typeof each !== 'object' || each === null || !('@type' in each)) return [];
    const { '@type': type, ...info } = each;
    if (type !== ERROR_INFO) return [];
    const bytes = jsonToProto('google.rpc.ErrorInfo', info, 'drop');
    return bytes.ok ? [create(AnySchema, { typeUrl: ERROR_INFO, value: bytes.value })] : [];
  });
  if (infos.length === 0) return null;
  const schema = messageSchema('google.rpc.Status');
  const bytes = toBinary(schema, create(schema, { code, message, details: infos }));
  return bytes.byteLength > MAX_DETAILS ? null : bytes;
}

/** What an agent said, as the JSON-RPC error that says the same. */
export function grpcError({ code, details, metadata }: StatusObject): RpcError {
  return rpcErrorOf({ name: statusName(code) }, details, errorInfos(metadata));
}

function errorInfos(metadata: Metadata): readonly object[] {
  const [bytes] = metadata.get(DETAILS);
  if (!Buffer.isBuffer(bytes) || bytes.byteLength > MAX_DETAILS) return [];
  let anys: readonly { readonly typeUrl: string; readonly value: Uint8Array }[];
  try {
    const status = fromBinary(messageSchema('google.rpc.Status'), bytes) as { readonly details?: unknown };
    anys = status.details as typeof anys;
  } catch {
    return [];
  }
  return anys.flatMap(({ typeUrl, value }) => {
    if (typeUrl !== ERROR_INFO) return [];
    const info = protoToJson('google.rpc.ErrorInfo', value, 'drop');
    return info.ok ? [{ '@type': ERROR_INFO, ...(info.value as object) }] : [];
  });
}
