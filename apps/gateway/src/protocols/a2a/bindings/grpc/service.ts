// A2A's gRPC service as grpc-js needs it: paths and who streams. Messages pass as bytes: they are read and written elsewhere,
// strictly.
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';
import { type BoundOperation, BOUND_OPERATIONS } from '../operations.ts';

export type BytesMethod = MethodDefinition<Buffer, Buffer>;

export function pathOf({ method }: BoundOperation): string {
  return `/lf.a2a.v1.A2AService/${method}`;
}

export const asIs = (bytes: Buffer): Buffer => bytes;

export const SERVICE: ServiceDefinition = Object.fromEntries(
  BOUND_OPERATIONS.map((operation): [string, BytesMethod] => [
    operation.method,
    {
      path: pathOf(operation),
      requestStream: false,
      responseStream: operation.isStream,
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    },
  ]),
);
