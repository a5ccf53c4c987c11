// gRPC on both sides of the gateway: the listener for those who call, where the configuration asks for one, and the channels
// to agents that are spoken to in it.
import type { Config } from '../config.ts';
import { grpcAddress, grpcHosts, grpcPlane } from '../config/grpc.ts';
import type { A2aEndpointDeps } from '../protocols/a2a/endpoint.ts';
import type { ServedTls } from '../listen-tls.ts';
import { createGrpcCaller, type GrpcCaller } from '../protocols/a2a/bindings/grpc/caller.ts';
import { listenGrpc } from '../protocols/a2a/bindings/grpc/listen.ts';

export interface Grpc {
  readonly caller: GrpcCaller;
  /** Where callers reach the gateway; null where it takes no gRPC. */
  readonly address: string | null;
  /** The same, as this machine reaches it. */
  readonly local: string | null;
  open(a2a: A2aEndpointDeps): void;
  close(graceMs: number): Promise<void>;
}

const REQUEST_MS = 60_000;
const MAX_CALLS = 4_096;

/** @param tls null for plain HTTP/2. */
export async function openGrpc(
  { dataPlane, limits, upstreamTimeouts }: Config,
  tls: ServedTls | null,
): Promise<Grpc> {
  const caller = createGrpcCaller(
    {
      connectMs: upstreamTimeouts.connectSeconds * 1000,
      firstMs: upstreamTimeouts.headersSeconds * 1000,
      idleMs: upstreamTimeouts.idleSeconds * 1000,
    },
    limits.responseBytes,
  );
  const plane = grpcPlane(dataPlane);
  if (plane === null) {
    return { caller, address: null, local: null, open: () => undefined, close: () => Promise.resolve() };
  }
  const listener = await listenGrpc({
    ...plane,
    tls,
    messageBytes: limits.bodyBytes,
    requestMs: REQUEST_MS,
    maxCalls: MAX_CALLS,
  });
  const hosts = grpcHosts(plane, listener.port, dataPlane.allowedHosts);
  return {
    caller,
    address: grpcAddress(plane, listener.port),
    local: grpcAddress({ ...plane, address: null }, listener.port),
    open: (a2a) => listener.open({ ...a2a, allowed: { ...a2a.allowed, hosts } }),
    close: (graceMs) => listener.close(graceMs),
  };
}
