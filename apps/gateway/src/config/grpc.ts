// Whether, and where, the data plane takes gRPC beside HTTP.
import type { z } from 'zod';
import { closed, integer, isLoopbackHost, matching } from './fields.ts';
import { tls } from './tls.ts';

export function grpcKeys() {
  return closed({
    port: integer(0, 65_535, '0 lets the system choose').nullable().default(null),
    address: matching(
      /^(?:[a-z0-9.-]{1,253}|\[[0-9a-f:]+\]):\d{1,5}$/i,
      'the host and port by which agents reach it, such as `gateway.example:443`',
    )
      .nullable()
      .default(null),
    tls: tls(),
  }).prefault({});
}

export interface GrpcPlane {
  readonly host: string;
  readonly port: number;
  /** As agent cards name it. */
  readonly address: string | null;
}

type DataPlane = { readonly host: string; readonly grpc: z.infer<ReturnType<typeof grpcKeys>> };

export function grpcPlane({ host, grpc }: DataPlane): GrpcPlane | null {
  return grpc.port === null ? null : { host, port: grpc.port, address: grpc.address };
}

/** @param port the one it listens on. */
export function grpcAddress({ host, address }: GrpcPlane, port: number): string {
  return address ?? `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Values of `:authority` that are answered. */
export function grpcHosts(plane: GrpcPlane, port: number, allowed: readonly string[]): ReadonlySet<string> {
  const names = new Set([grpcAddress(plane, port), ...allowed].map((name) => name.toLowerCase()));
  if (isLoopbackHost(plane.host)) {
    for (const name of ['127.0.0.1', 'localhost', '[::1]']) names.add(`${name}:${port}`);
  }
  return names;
}
