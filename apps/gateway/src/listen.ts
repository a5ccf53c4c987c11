// One HTTP listener with the limits of a server that faces strangers (audit-log.md 6.3). Node's defaults let a slow
// client hold a socket for minutes, and check for it only every 30 seconds.
import {
  createServer,
  type IncomingMessage,
  type Server as HttpServer,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer, type Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { MIN_TLS, type ServedTls, type TlsMaterial } from './listen-tls.ts';
import { StartError } from './start/problem.ts';

export interface Listener {
  readonly port: number;
  /** Stops accepting, lets requests in flight end for `graceMs`, then cuts them. */
  close(graceMs: number): Promise<void>;
}

const IDLE_SWEEP_MS = 50;

type Fetch = Parameters<typeof getRequestListener>[0];

export async function listen(
  fetch: Fetch,
  options: {
    readonly host: string;
    readonly port: number;
    readonly headerBytes: number;
    /** Null for plain HTTP. */
    readonly tls?: ServedTls | null;
  },
): Promise<Listener> {
  const answer = getRequestListener(fetch);
  const limits = {
    maxHeaderSize: options.headerBytes,
    headersTimeout: 10_000,
    // To receive a request, not to answer it: held calls and streams stay open far longer.
    requestTimeout: 30_000,
    connectionsCheckingInterval: 2_000,
    keepAliveTimeout: 30_000,
    insecureHTTPParser: false,
  };
  const onRequest = (request: IncomingMessage, response: ServerResponse): void =>
    void answer(request, response);
  const tls = options.tls ?? null;
  const server = tls === null ? createServer(limits, onRequest) : secured(tls, limits, onRequest);
  server.maxHeadersCount = 64;
  server.maxConnections = 4_096;
  await bound(server, options);
  const { port } = server.address() as AddressInfo;
  return { port, close: (graceMs) => closed(server, graceMs) };
}

function secured(
  tls: ServedTls,
  limits: ServerOptions,
  onRequest: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const contextOf = ({ cert, key, ca }: TlsMaterial) =>
    ({
      cert,
      key,
      minVersion: MIN_TLS,
      ...(ca === null ? {} : { ca }),
    }) as const;
  const server = createTlsServer(
    {
      ...limits,
      ...contextOf(tls.current()),
      // SECURITY: without a certificate of these authorities nobody gets as far as a request.
      requestCert: tls.current().ca !== null,
      rejectUnauthorized: true,
      handshakeTimeout: 10_000,
    },
    onRequest,
  );
  // Connections that are open keep what they were opened with.
  const stop = tls.onChange((material) => server.setSecureContext(contextOf(material)));
  server.once('close', stop);
  return server;
}

type Server = HttpServer | HttpsServer;

const NO_SUCH_ADDRESS = 'this machine has no such address: choose one that it has, such as 127.0.0.1';
const UNBOUND: ReadonlyMap<string, string> = new Map([
  ['EADDRINUSE', 'another process listens there: stop it, or choose another port'],
  ['EADDRNOTAVAIL', NO_SUCH_ADDRESS],
  ['ENOTFOUND', NO_SUCH_ADDRESS],
  ['EACCES', 'this user may not take that port: choose one from 1024 on'],
]);

function bound(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', (error: NodeJS.ErrnoException) => {
    const why = UNBOUND.get(error.code ?? '') ?? error.message;
    reject(new StartError(`cannot listen on ${host}:${port}: ${why}`));
  });
  server.listen(port, host, resolve);
  return promise;
}

function closed(server: Server, graceMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  // A connection whose last answer has ended would stay open for the next request, which is not coming any more.
  const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS);
  server.close(() => {
    clearInterval(sweep);
    resolve();
  });
  server.closeIdleConnections();
  setTimeout(() => server.closeAllConnections(), graceMs).unref();
  return promise;
}
