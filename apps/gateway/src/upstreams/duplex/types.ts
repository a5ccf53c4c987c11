// What transports that are no exchange of requests and answers have in common (a pipe to a process, the old HTTP+SSE): one
// two-way stream of JSON-RPC messages per connection.
import type { Result } from '../../errors.ts';
import type { UpstreamResponse } from '../../pipeline/types.ts';
import type { OutboundRequest } from '../exchange.ts';
import type { SendFailure } from '../failures.ts';
import type { RpcMessage } from './rpc.ts';

export interface ChannelEvents {
  readonly onMessage: (message: RpcMessage) => void;
  /** An answer that cannot be taken, to the request of this id on the wire. */
  readonly onUnfit: (id: number | string, failure: SendFailure) => void;
}

export interface Channel {
  /** From here on messages are delivered; called once. */
  listen(events: ChannelEvents): void;
  /**
   * Hands one message over. It waits while the server does not read; a failure says whether a part of it may have reached
   * the server.
   *
   * @param headers for a transport that has any; names in lower case.
   */
  send(
    message: Uint8Array,
    signal: AbortSignal,
    headers?: ReadonlyMap<string, string>,
  ): Promise<Result<void, SendFailure>>;
  /** Nothing is read from the server until `resume`. */
  pause(): void;
  resume(): void;
  /** Resolves when nothing can be sent or can come any more, with what that means for a request that was sent. */
  readonly closed: Promise<SendFailure>;
  /** Resolves when nothing of it is left. */
  close(): Promise<void>;
}

export type OpenChannel = (signal: AbortSignal) => Promise<Result<Channel, SendFailure>>;

/** A server on such a transport as the rest of the gateway knows servers: by streamable HTTP. */
export interface Face {
  send(request: OutboundRequest): Promise<Result<UpstreamResponse, SendFailure>>;
  state(): FaceState;
  close(): Promise<void>;
}

export interface FaceState {
  /** Connections that are open: of a command, its processes. */
  readonly connections: number;
  readonly sessions: number;
  /** Why the last connection could not be made, or broke; null where none did since one was made. */
  readonly trouble: string | null;
}
