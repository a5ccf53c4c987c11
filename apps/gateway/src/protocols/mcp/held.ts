// Calls that wait for people, by the session and JSON-RPC id their client knows them by, so that a legacy client's
// `notifications/cancelled` finds them: an approval that comes later must not execute an abandoned call.
import type { InboundCall, JsonRpcMessage } from '../../pipeline/types.ts';

export interface HeldCalls {
  /** Returns a signal that aborts when the client cancels, and how to forget the call. */
  hold(call: InboundCall): { readonly signal: AbortSignal; readonly release: () => void };
  cancel(key: string): void;
  /** The client has ended its session: it gives up whatever it waits for in it. */
  endSession(call: Pick<InboundCall, 'upstream' | 'sessionId'>): void;
}

export function createHeldCalls(): HeldCalls {
  const held = new Map<string, Set<AbortController>>();
  return {
    hold(call) {
      const key = keyOf(call, call.message?.id ?? null);
      const controller = new AbortController();
      const siblings = held.get(key) ?? new Set();
      siblings.add(controller);
      held.set(key, siblings);
      return {
        signal: controller.signal,
        release() {
          siblings.delete(controller);
          if (siblings.size === 0) held.delete(key);
        },
      };
    },
    cancel(key) {
      for (const controller of held.get(key) ?? []) controller.abort();
    },
    endSession({ upstream, sessionId }) {
      const prefix = JSON.stringify([upstream.uid, sessionId]).replace(/]$/, ',');
      for (const [key, controllers] of held) {
        if (key.startsWith(prefix)) for (const controller of controllers) controller.abort();
      }
    },
  };
}

/** The held call that this message asks to cancel, if it is such a message. */
export function cancelledRequest(call: InboundCall): string | null {
  if (call.message?.method !== 'notifications/cancelled') return null;
  const id = call.message.params['requestId'];
  return typeof id === 'string' || typeof id === 'number' ? keyOf(call, id) : null;
}

function keyOf(call: InboundCall, id: JsonRpcMessage['id']): string {
  // The session is bound to its principal, and without one the id alone names nothing: then only the upstream and
  // the exact credential tell callers apart.
  return JSON.stringify([call.upstream.uid, call.sessionId ?? call.credentials.authorization, id]);
}
