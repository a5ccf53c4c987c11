// A gRPC server for A2A's service written by hand, inside the test's process: it keeps every message byte for byte and answers
// as badly as it is told to. Its card is on a port of its own, as an agent's is.
import {
  type Metadata,
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
} from '@grpc/grpc-js';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface GrpcReceived {
  readonly method: string;
  readonly message: Buffer;
  readonly metadata: Metadata;
}

type Unary = (call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => void;
type Streaming = (call: ServerWritableStream<Buffer, Buffer>) => void;

export interface GrpcAgent {
  /** Of its card. */
  readonly url: string;
  readonly grpcUrl: string;
  readonly received: readonly GrpcReceived[];
  /** Streams that their caller gave up. */
  readonly cancelled: () => number;
  answerWith(answer: Unary): void;
  streamWith(answer: Streaming): void;
  close(): Promise<void>;
}

const asIs = (bytes: Buffer): Buffer => bytes;

function definition(method: string, responseStream: boolean) {
  return {
    path: `/lf.a2a.v1.A2AService/${method}`,
    requestStream: false,
    responseStream,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  } as const;
}

export async function startGrpcAgent(): Promise<GrpcAgent> {
  const received: GrpcReceived[] = [];
  let cancelled = 0;
  let answer: Unary = (_call, callback) => callback({ code: 13, details: 'not told what to answer' });
  let stream: Streaming = (call) => call.end();
  const unary =
    (method: string): Unary =>
    (call, callback) => {
      received.push({ method, message: call.request, metadata: call.metadata });
      call.on('cancelled', () => (cancelled += 1));
      answer(call, callback);
    };
  const asStream =
    (method: string): Streaming =>
    (call) =>
      unary(method)(call, (error, value) => {
        if (value != null) call.write(value);
        if (error === null) call.end();
        else call.emit('error', error);
      });
  const streaming =
    (method: string): Streaming =>
    (call) => {
      received.push({ method, message: call.request, metadata: call.metadata });
      call.on('cancelled', () => (cancelled += 1));
      stream(call);
    };
  const server = new Server();
  server.addService(
    {
      // Unary and streaming calls are the same bytes: so one can end with a status behind its message.
      SendMessage: definition('SendMessage', true),
      GetTask: definition('GetTask', false),
      SendStreamingMessage: definition('SendStreamingMessage', true),
    },
    {
      SendMessage: asStream('SendMessage'),
      GetTask: unary('GetTask'),
      SendStreamingMessage: streaming('SendStreamingMessage'),
    },
  );
  const bound = Promise.withResolvers<number>();
  server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
    if (error === null) bound.resolve(port);
    else bound.reject(error);
  });
  const grpcUrl = `http://127.0.0.1:${await bound.promise}`;
  const cards = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(card(grpcUrl)));
  });
  await new Promise<void>((resolve) => {
    cards.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(cards.address() as AddressInfo).port}`,
    grpcUrl,
    received,
    cancelled: () => cancelled,
    answerWith: (next) => {
      answer = next;
    },
    streamWith: (next) => {
      stream = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.forceShutdown();
        cards.closeAllConnections();
        cards.close(() => resolve());
      }),
  };
}

function card(url: string): object {
  return {
    name: 'grpc',
    description: 'answers as it is told to',
    version: '1',
    supportedInterfaces: [{ url, protocolBinding: 'GRPC', protocolVersion: '1.0' }],
    capabilities: { streaming: true },
    defaultInputModes: ['text/plain'],
    defaultOutputModes: ['text/plain'],
    skills: [],
  };
}
