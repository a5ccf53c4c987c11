// The gRPC listener of the data plane, with the limits of a server that faces strangers: whoever sends slowly, or opens more
// calls than anybody needs, is cut. It answers "unavailable" until everything behind it stands.
import {
  experimental,
  Metadata,
  type sendUnaryData,
  Server,
  ServerCredentials,
  ServerInterceptingCall,
  type ServerInterceptor,
  ServerListenerBuilder,
  status,
} from '@grpc/grpc-js';
import type { ServedTls, TlsMaterial } from '../../../../listen-tls.ts';
import { StartError } from '../../../../start/problem.ts';
import { warn } from '../../../../warnings.ts';
import type { A2aEndpointDeps } from '../../endpoint.ts';
import { BOUND_OPERATIONS, type BoundOperation } from '../operations.ts';
import { serveStream, serveUnary, type StreamCall, type UnaryCall } from './front.ts';
import { SERVICE } from './service.ts';

export interface GrpcListener {
  readonly port: number;
  /** From here on calls are served. */
  open(deps: A2aEndpointDeps): void;
  /** Stops accepting, lets calls in flight end for `graceMs`, then cuts them. */
  close(graceMs: number): Promise<void>;
}

export interface GrpcListenOptions {
  readonly host: string;
  readonly port: number;
  /** The largest message that is taken. */
  readonly messageBytes: number;
  /** To receive a request, not to answer it. */
  readonly requestMs: number;
  /** Open at once, of all callers. */
  readonly maxCalls: number;
  /** Null for plain HTTP/2. */
  readonly tls?: ServedTls | null;
}

export async function listenGrpc(options: GrpcListenOptions): Promise<GrpcListener> {
  const { host, port, messageBytes } = options;
  let deps: A2aEndpointDeps | null = null;
  const server = new Server({
    interceptors: [limiting(options)],
    'grpc.max_receive_message_length': messageBytes,
    'grpc.max_concurrent_streams': 100,
    'grpc.max_connection_idle_ms': 300_000,
    'grpc.keepalive_time_ms': 60_000,
    'grpc.keepalive_timeout_ms': 20_000,
  });
  server.addService(
    SERVICE,
    Object.fromEntries(
      BOUND_OPERATIONS.map((operation) => [operation.method, handlerOf(operation, () => deps)]),
    ),
  );
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  server.bindAsync(address, credentialsOf(options.tls ?? null), (error, bound) => {
    if (error === null) resolve(bound);
    else reject(new StartError(`cannot listen on ${address} for gRPC: ${error.message}`));
  });
  return {
    port: await promise,
    open(behind) {
      deps = behind;
    },
    close(graceMs) {
      const ended = Promise.withResolvers<void>();
      const cut = setTimeout(() => server.forceShutdown(), graceMs);
      server.tryShutdown(() => {
        clearTimeout(cut);
        ended.resolve();
      });
      return ended.promise;
    },
  };
}

/** Connections that are open keep the certificate that they were opened with. */
function credentialsOf(tls: ServedTls | null): ServerCredentials {
  if (tls === null) return ServerCredentials.createInsecure();
  const stops = new Map<unknown, () => void>();
  const follow = (listener: unknown, tell: (material: TlsMaterial) => void): void => {
    // Not before the library has taken note of who wants to know.
    queueMicrotask(() => tell(tls.current()));
    stops.set(listener, tls.onChange(tell));
  };
  const leave = (listener: unknown): void => {
    stops.get(listener)?.();
    stops.delete(listener);
  };
  const provider: experimental.CertificateProvider = {
    addIdentityCertificateListener: (listener) =>
      follow(listener, ({ cert, key }) => listener({ certificate: cert, privateKey: key })),
    removeIdentityCertificateListener: leave,
    addCaCertificateListener: (listener) =>
      follow(listener, ({ ca }) => listener(ca === null ? null : { caCertificate: ca })),
    removeCaCertificateListener: leave,
  };
  const authorities = tls.current().ca === null ? null : provider;
  // The library hands its first two arguments on in the other order than it names them: the certificate's comes first.
  return experimental.createCertificateProviderServerCredentials(provider, authorities, authorities !== null);
}

function handlerOf(operation: BoundOperation, behind: () => A2aEndpointDeps | null) {
  if (operation.isStream) {
    return (call: StreamCall): void => {
      const deps = behind();
      if (deps === null) call.emit('error', STARTING);
      else serveStream(call, operation, deps).catch((error: unknown) => call.destroy(asError(error)));
    };
  }
  return (call: UnaryCall, callback: sendUnaryData<Buffer>): void => {
    const deps = behind();
    if (deps === null) {
      callback(STARTING);
      return;
    }
    serveUnary(call, operation, deps)
      .then((end) => (end.ok ? callback(null, end.message, end.trailers) : callback(end.status)))
      // SECURITY: whatever the library throws at an answer must not end the process.
      .catch((error: unknown) => {
        warn(`gRPC ${operation.method}: ${asError(error).message}`);
        callback(FAILED);
      });
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

const FAILED = {
  code: status.INTERNAL,
  details: 'the gateway failed on this request',
  metadata: new Metadata(),
};
const STARTING = { code: status.UNAVAILABLE, details: 'starting', metadata: new Metadata() };

function limiting({ requestMs, maxCalls }: GrpcListenOptions): ServerInterceptor {
  let open = 0;
  return (_method, call) => {
    let timer: NodeJS.Timeout | undefined;
    let isOpen = false;
    const close = (): void => {
      clearTimeout(timer);
      if (isOpen) open -= 1;
      isOpen = false;
    };
    return new ServerInterceptingCall(call, {
      start(next) {
        const listener = new ServerListenerBuilder()
          .withOnReceiveMetadata((metadata, pass) => {
            if (open >= maxCalls) {
              call.sendStatus({
                code: status.RESOURCE_EXHAUSTED,
                details: 'too many calls are open: try again later',
              });
              return;
            }
            open += 1;
            isOpen = true;
            timer = setTimeout(() => {
              call.sendStatus({
                code: status.DEADLINE_EXCEEDED,
                details: 'the request did not come in time',
              });
              close();
            }, requestMs);
            pass(metadata);
          })
          .withOnReceiveHalfClose((pass) => {
            clearTimeout(timer);
            pass();
          })
          .withOnCancel(close)
          .build();
        next(listener);
      },
      sendStatus(ended, next) {
        close();
        next(ended);
      },
    });
  };
}
