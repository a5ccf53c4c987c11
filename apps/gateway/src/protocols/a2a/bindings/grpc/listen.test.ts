import { connect } from 'node:http2';
import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js';
import { afterEach, expect, test } from 'vitest';
import { type GrpcListener, type GrpcListenOptions, listenGrpc } from './listen.ts';

const PATH = '/lf.a2a.v1.A2AService/GetTask';
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function listening(changes: Partial<GrpcListenOptions> = {}): Promise<GrpcListener> {
  const listener = await listenGrpc({
    host: '127.0.0.1',
    port: 0,
    messageBytes: 1_000,
    requestMs: 60_000,
    maxCalls: 10,
    ...changes,
  });
  closing.push(() => listener.close(0));
  return listener;
}

function get(port: number, bytes = Buffer.alloc(0)): Promise<ServiceError | null> {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  closing.push(() => client.close());
  const { promise, resolve } = Promise.withResolvers<ServiceError | null>();
  const asIs = (value: Buffer): Buffer => value;
  client.makeUnaryRequest(PATH, asIs, asIs, bytes, resolve);
  return promise;
}

/** The status that ends a request whose body never comes. */
function openCall(port: number): Promise<number> {
  const session = connect(`http://127.0.0.1:${port}`);
  closing.push(() => session.destroy());
  const stream = session.request({
    ':method': 'POST',
    ':path': PATH,
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  const { promise, resolve } = Promise.withResolvers<number>();
  const onHeaders = (headers: Readonly<Record<string, unknown>>): void => {
    if (headers['grpc-status'] !== undefined) resolve(Number(headers['grpc-status']));
  };
  stream
    .on('response', onHeaders)
    .on('trailers', onHeaders)
    .on('error', () => undefined)
    .resume();
  return promise;
}

test('until everything behind it stands, calls are told to come again', async () => {
  const { port } = await listening();
  expect(await get(port)).toMatchObject({ code: status.UNAVAILABLE });
});

test('a request that does not come in time is ended', async () => {
  const { port } = await listening({ requestMs: 50 });
  expect(await openCall(port)).toBe(status.DEADLINE_EXCEEDED);
});

test('more calls than may be open are refused, and those that ended make room', async () => {
  const { port } = await listening({ requestMs: 300, maxCalls: 1 });
  const ended = await Promise.all([openCall(port), openCall(port), openCall(port)]);
  expect(ended.toSorted((one, other) => one - other)).toEqual([
    status.DEADLINE_EXCEEDED,
    status.RESOURCE_EXHAUSTED,
    status.RESOURCE_EXHAUSTED,
  ]);
  expect(await get(port)).toMatchObject({ code: status.UNAVAILABLE });
});

test('a message that is larger than it may be is not taken', async () => {
  const { port } = await listening();
  expect(await get(port, Buffer.alloc(2_000))).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
});

test('a port that is taken is named', async () => {
  const { port } = await listening();
  await expect(listening({ port })).rejects.toThrow(`cannot listen on 127.0.0.1:${port} for gRPC`);
});
