// Receivers of entries as they are found in the field, for the tests of sinks: each keeps what it took, and can be told
// to misbehave.
import { createServer as createHttp, type IncomingMessage } from 'node:http';
import { createServer as createTcp, type AddressInfo, type Socket } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { parseCef, parseFrames, parseSyslog } from '../../../apps/gateway/src/exports/testing/readers.ts';

export interface Receiver {
  readonly port: number;
  /** Indices of the entries that it took, in the order in which they came. */
  readonly indices: number[];
  /** All that it was sent, as text. */
  readonly texts: string[];
  close(): Promise<void>;
}

export interface SyslogReceiver extends Receiver {
  /** Connections that were made. */
  connections(): number;
}

/** Counts an event as taken when its frame is whole. `spoil` sees each connection first and may break it. */
export async function syslogReceiver(
  options: {
    readonly tls?: { readonly key: string; readonly cert: string };
    readonly port?: number;
    readonly spoil?: (socket: Socket, connection: number) => boolean;
  } = {},
): Promise<SyslogReceiver> {
  const indices: number[] = [];
  const texts: string[] = [];
  const open = new Set<Socket>();
  let connections = 0;
  const serve = (socket: Socket): void => {
    open.add(socket);
    connections += 1;
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
    if (options.spoil?.(socket, connections) === true) return;
    let rest: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      const read = parseFrames(Buffer.concat([rest, chunk]));
      rest = read.rest;
      for (const message of read.messages) {
        const { extension } = parseCef(parseSyslog(message).text);
        indices.push(Number(extension.get('cn1')));
        texts.push(message);
      }
    });
    // As a receiver does: it reads to the end, then it closes.
    socket.on('end', () => socket.end());
  };
  const server = options.tls === undefined ? createTcp(serve) : createTls(options.tls, serve);
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    indices,
    texts,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

export interface HttpReceiver extends Receiver {
  readonly requests: { readonly headers: IncomingMessage['headers']; readonly body: string }[];
  /** The status that the next requests are answered with; what is not 2xx is not taken. */
  answer(status: number): void;
  refused(): number;
}

/** @param indicesOf the indices of the entries in a body. */
export async function httpReceiver(indicesOf: (body: string) => number[], port = 0): Promise<HttpReceiver> {
  const indices: number[] = [];
  const texts: string[] = [];
  const requests: HttpReceiver['requests'] = [];
  let status = 200;
  let refused = 0;
  const server = createHttp((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      if (status >= 200 && status < 300) {
        indices.push(...indicesOf(body));
        texts.push(body);
        requests.push({ headers: request.headers, body });
      } else refused += 1;
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    indices,
    texts,
    requests,
    answer: (next) => void (status = next),
    refused: () => refused,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const nativeIndices = (body: string): number[] =>
  body
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { index: number }).index);

interface OtlpAttribute {
  readonly key: string;
  readonly value: { readonly intValue?: number | string };
}

export function otlpIndices(body: string): number[] {
  const request = JSON.parse(body) as {
    resourceLogs: { scopeLogs: { logRecords: { attributes: OtlpAttribute[] }[] }[] }[];
  };
  return request.resourceLogs
    .flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords))
    .map(({ attributes }) =>
      Number(attributes.find(({ key }) => key === 'countersign.log.index')?.value.intValue),
    );
}
