// One HTTP listener with the limits of a server that faces strangers (audit-log.md 6.3). Node's defaults let a slow
// client hold a socket for minutes, and check for it only every 30 seconds.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
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
  options: { readonly host: string; readonly port: number; readonly headerBytes: number },
): Promise<Listener> {
  const answer = getRequestListener(fetch);
  const server = createServer(
    {
      maxHeaderSize: options.headerBytes,
      headersTimeout: 10_000,
      // To receive a request, not to answer it: held calls and streams stay open far longer.
      requestTimeout: 30_000,
      connectionsCheckingInterval: 2_000,
      keepAliveTimeout: 30_000,
      insecureHTTPParser: false,
    },
    (request, response) => void answer(request, response),
  );
  server.maxHeadersCount = 64;
  server.maxConnections = 4_096;
  await bound(server, options);
  const { port } = server.address() as AddressInfo;
  return { port, close: (graceMs) => closed(server, graceMs) };
}

function bound(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', (error: NodeJS.ErrnoException) => {
    const why =
      error.code === 'EADDRINUSE'
        ? 'another process listens there: stop it, or choose another port'
        : error.message;
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
