// Calls toward gRPC servers: one channel per address, nothing retried but a failed dial, nothing read that is larger than it
// may be, and no call that outlives whoever wants it.
import {
  type ChannelOptions,
  Client,
  type ClientReadableStream,
  connectivityState,
  credentials,
  Metadata,
  type ServiceError,
  status,
  type StatusObject,
} from '@grpc/grpc-js';
import type { Result } from '../../../../errors.ts';
import {
  callerGone,
  dialFailure,
  exchangeFailure,
  type SendFailure,
} from '../../../../upstreams/failures.ts';
import { asIs } from './service.ts';

export interface GrpcRequest {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly path: string;
  readonly message: Uint8Array;
  readonly headers: ReadonlyMap<string, string>;
  readonly signal: AbortSignal;
}

export interface GrpcAnswer {
  /** What came before the first message. */
  readonly metadata: Metadata;
  /** In order; one for a unary call. Throws an ended call's status where that is not OK. */
  readonly messages: AsyncIterable<Buffer>;
}

export type GrpcStart = Result<GrpcAnswer, SendFailure | { readonly ended: StatusObject }>;

export interface GrpcCaller {
  /** Resolves with the first message, or with how the call ended before one came. */
  call(request: GrpcRequest): Promise<GrpcStart>;
  close(): void;
}

export interface GrpcTimeouts {
  readonly connectMs: number;
  /** Until the first message. */
  readonly firstMs: number;
  /** Between two messages; 0 is for ever. */
  readonly idleMs: number;
}

/** @param maxBytes of one message. */
export function createGrpcCaller(timeouts: GrpcTimeouts, maxBytes: number): GrpcCaller {
  const clients = new Map<string, Client>();

  function clientOf(origin: string): Client {
    const known = clients.get(origin);
    if (known !== undefined) return known;
    const { protocol, hostname, port } = new URL(origin);
    const isTls = protocol === 'https:';
    const address = `${hostname}:${port === '' ? (isTls ? 443 : 80) : port}`;
    const client = new Client(address, isTls ? credentials.createSsl() : credentials.createInsecure(), {
      ...OPTIONS,
      'grpc.max_receive_message_length': maxBytes,
    });
    clients.set(origin, client);
    return client;
  }

  return {
    async call(request) {
      const { origin, signal } = request;
      if (signal.aborted) return failed(callerGone(origin, false));
      const client = clientOf(origin);
      const refusal = await connected(client, timeouts.connectMs);
      if (refusal !== null) return failed(dialFailure(origin, refusal));
      if (signal.aborted) return failed(callerGone(origin, false));
      const stream = client.makeServerStreamRequest(
        request.path,
        asIs,
        asIs,
        Buffer.from(request.message),
        metadataOf(request.headers),
      );
      return started(stream, request, timeouts);
    },
    close() {
      for (const client of clients.values()) client.close();
      clients.clear();
    },
  };
}

const OPTIONS: ChannelOptions = {
  // SECURITY: where calls go is the operator's to say, not an environment's or a name server's.
  'grpc.enable_http_proxy': 0,
  'grpc.service_config_disable_resolution': 1,
  'grpc.enable_retries': 0,
  'grpc.initial_reconnect_backoff_ms': 200,
  'grpc.max_reconnect_backoff_ms': 2_000,
  'grpc.keepalive_time_ms': 60_000,
  'grpc.keepalive_timeout_ms': 20_000,
};

/** Waits until there is a connection; the error says why there is none. */
function connected(client: Client, withinMs: number): Promise<Error | null> {
  const channel = client.getChannel();
  const deadline = Date.now() + withinMs;
  const { promise, resolve } = Promise.withResolvers<Error | null>();
  const look = (): void => {
    const state = channel.getConnectivityState(true);
    if (state === connectivityState.READY) return resolve(null);
    if (state === connectivityState.TRANSIENT_FAILURE || state === connectivityState.SHUTDOWN) {
      return resolve(new Error('the gRPC server could not be reached'));
    }
    channel.watchConnectivityState(state, deadline, (error) => {
      if (error === undefined) look();
      else resolve(new Error('the gRPC server did not answer in time'));
    });
  };
  look();
  return promise;
}

async function started(
  stream: ClientReadableStream<Buffer>,
  { origin, signal }: GrpcRequest,
  { firstMs, idleMs }: GrpcTimeouts,
): Promise<GrpcStart> {
  let metadata = new Metadata();
  let isTooLate = false;
  let timer: NodeJS.Timeout | undefined;
  const within = (ms: number): void => {
    clearTimeout(timer);
    if (ms === 0) return;
    timer = setTimeout(() => {
      isTooLate = true;
      stream.cancel();
    }, ms);
  };
  const onAbort = (): void => stream.cancel();
  const stop = (): void => {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  };
  stream.on('metadata', (came) => {
    metadata = came;
  });
  signal.addEventListener('abort', onAbort, { once: true });
  within(firstMs);
  const messages: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]();
  let first: IteratorResult<Buffer>;
  try {
    first = await messages.next();
  } catch (error) {
    stop();
    return failed(failureOf(error));
  }
  within(idleMs);
  return { ok: true, value: { metadata, messages: rest() } };

  async function* rest(): AsyncGenerator<Buffer> {
    try {
      for (let next = first; next.done !== true; next = await messages.next()) {
        yield next.value;
        within(idleMs);
      }
    } finally {
      stop();
      stream.cancel();
    }
  }

  function failureOf(error: unknown): SendFailure | { readonly ended: StatusObject } {
    if (signal.aborted) return callerGone(origin, true);
    if (isTooLate) return exchangeFailure(origin, Object.assign(new Error('too late'), { code: TIMEOUT }));
    const ended = endOf(error);
    // These two are also what a connection that broke ends with.
    const isBroken = ended === null || ended.code === status.UNAVAILABLE || ended.code === status.CANCELLED;
    return isBroken ? exchangeFailure(origin, errorOf(error)) : { ended };
  }
}

const TIMEOUT = 'UND_ERR_HEADERS_TIMEOUT';

/** The status that ended a call; null where something else did. */
export function endOf(error: unknown): StatusObject | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'number') return null;
  const { code, details, metadata } = error as ServiceError;
  return { code, details, metadata };
}

function errorOf(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function metadataOf(headers: ReadonlyMap<string, string>): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of headers) {
    // Those are the transport's own; and `-bin` is for bytes.
    if (!RESERVED.has(name) && !name.endsWith('-bin')) metadata.set(name, value);
  }
  return metadata;
}

const RESERVED: ReadonlySet<string> = new Set([
  'accept',
  'content-type',
  'content-length',
  'te',
  'user-agent',
]);

function failed<T>(error: T): { readonly ok: false; readonly error: T } {
  return { ok: false, error };
}
