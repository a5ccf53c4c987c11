// Requests of clients that know nothing of each other over one two-way stream: each travels under an id of the gateway's own.
// What cannot be told apart reaches nobody, and what the server asks is refused.
import type { OutboundRequest } from '../exchange.ts';
import { type CallOptions, createMux, type Mux } from './mux.ts';
import { openOutlet, type Outlet } from './outlet.ts';
import type { StreamLimits } from './private-session.ts';
import { refusedAsk } from './replies.ts';
import type { RpcMessage } from './rpc.ts';
import type { Channel } from './types.ts';

export interface SharedStream {
  readonly mux: Mux;
  call(request: OutboundRequest, message: RpcMessage, options: CallOptions): Outlet['response'];
}

export function createSharedStream(
  channel: Channel,
  server: string,
  limits: StreamLimits,
  onNotification: (message: RpcMessage) => void,
): SharedStream {
  const mux = createMux({
    channel,
    server,
    isShared: true,
    onUnrelated(message) {
      // SECURITY: never guess whose user is asked, or whose data a message holds.
      if (message.kind === 'request' && message.id !== null)
        void mux.tell(refusedAsk(message.id, message.method));
      else onNotification(message);
    },
  });
  return {
    mux,
    call(request, message, options) {
      const outlet: Outlet = openOutlet({
        ...limits,
        server,
        signal: request.signal,
        onFirstByte: request.onFirstByte,
        headers: new Map(),
        onGone: () => mux.abandon(outlet),
        onFull: () => undefined,
        onDrained: () => undefined,
      });
      mux.call(message, outlet, options);
      return outlet.response;
    },
  };
}
