// MCP's side of the pipeline: how it admits, refuses, parks and relays.
import type { Release, Wire } from '../../pipeline/wire.ts';
import { refusalResponse, refusedRequest } from './answers.ts';
import { withoutWords } from './client-notifications.ts';
import type { HeldCalls } from './held.ts';
import type { Watching } from './listen.ts';
import { createRetry } from './input-responses.ts';
import { parkCall } from './park.ts';
import { MAX_WAITS, mayComeBack, parkRound } from './park-round.ts';
import { redeemed } from './redeem.ts';
import { relay, type RelayDeps } from './relay.ts';
import { handOn } from '../../pipeline/pipeline.ts';
import type { Deps } from '../../pipeline/deps.ts';
import { refusedWith } from '../../pipeline/receipted.ts';
import type { ClearedCall, CompletedCall } from '../../pipeline/types.ts';
import type { JsonObject } from '../json/types.ts';
import { admitToSession } from './sessions.ts';
import { admitTask } from './tasks/admit.ts';
import { type HeldAsTasks, mayWaitAsTask, parkAsTask } from './tasks/held/wire.ts';

export interface McpWireDeps extends RelayDeps {
  readonly pipeline: Deps;
  readonly held: HeldCalls;
  readonly watching: Watching;
  /** Null where held calls keep their connections. */
  readonly heldTasks: HeldAsTasks | null;
  /** Where people decide on an approval request. */
  readonly approvalUrl: (id: string) => string;
}

/** @param cancels the held call that this very message cancels, as `cancelledRequest` names it. */
export function mcpWire(deps: McpWireDeps, cancels: string | null): Wire {
  const retry = createRetry(deps);
  const wire: Wire = {
    async admit(call) {
      const admitted = await admitToSession(call, deps.sessions);
      if (admitted.ok && cancels !== null) {
        deps.held.cancel(cancels);
        const id = call.message?.params['requestId'];
        if (typeof id === 'string' || typeof id === 'number') deps.requests.cancelParent(call, id);
      }
      if (!admitted.ok) return admitted;
      const about = await admitTask(admitted.value, deps);
      return about.ok ? retry.admit(about.value) : about;
    },
    beforeRecording: (call) => retry.beforeRecording(call),
    beforeSending: (call) => retry.beforeSending(call),
    redeem: (call) => redeemed(withoutWords(call), inputSchemaOf(call, deps)),
    async refuse(call, rejection) {
      await retry.refused(rejection);
      return refusalResponse(refusedRequest(call), rejection, call.id);
    },
    async park(held, release) {
      if (deps.heldTasks !== null && mayWaitAsTask(held.call) && !retry.isLater())
        return parkAsTask(held, deps.heldTasks);
      const waiting = deps.held.hold(held.call);
      const releaseOnce: Release = async (signal, isGivenUp) => {
        try {
          const released = await release(signal, isGivenUp);
          if (!released.ok) await retry.refused(released.error);
          return released;
        } finally {
          waiting.release();
        }
      };
      const answer = (call: CompletedCall) => handOn(call, wire, deps.pipeline);
      const waits = retry.waits();
      return mayComeBack(held.call) && (waits === null || waits < MAX_WAITS)
        ? parkRound(held, releaseOnce, answer, {
            waits,
            cancelled: waiting.signal,
            approvalUrl: deps.approvalUrl,
            stateFor: (call) => retry.wait(call),
          })
        : parkCall(held, releaseOnce, answer, waiting.signal);
    },
    async relay(call, settling) {
      await retry.relayed(call);
      const relayed = await relay(call, settling, deps);
      if (relayed.ok && relayed.value.ok && call.operation === 'mcp:session/delete') {
        deps.held.endSession(call);
        deps.requests.endSession(call);
      }
      if (relayed.ok) return relayed.value;
      const refused = await refusedWith(relayed.error, call, call.receipt, deps.pipeline);
      return refusalResponse(refusedRequest(call), refused, call.id);
    },
  };
  return wire;
}

function inputSchemaOf({ upstream, target }: ClearedCall, { pipeline }: McpWireDeps): JsonObject | null {
  if (upstream.kind !== 'mcp' || target.kind !== 'tool') return null;
  return pipeline.catalogs.tool(upstream.uid, target.name)?.inputSchema ?? null;
}
