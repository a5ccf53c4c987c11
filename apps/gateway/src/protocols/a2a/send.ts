// Where a call to an agent goes: to the gateway itself for a task of its own, else to the address that the agent's card
// names, in the binding that it names for it.
import { isAggregated } from '../../pipeline/recording.ts';
import type { Deps, OutboundRequest } from '../../pipeline/deps.ts';
import type { ClearedCall, InboundCall } from '../../pipeline/types.ts';
import { type Dressed, dress } from './bindings/dress.ts';
import type { GrpcCaller } from './bindings/grpc/caller.ts';
import { sendGrpc } from './bindings/grpc/upstream.ts';
import { type HttpLimits, sendHttpJson } from './bindings/http/upstream.ts';
import { dialectOf } from './dialects/dialects.ts';
import { INVALID_PARAMS, versionOf } from './operations.ts';
import { ownAnswer, type OwnAnswerDeps } from './own-answer.ts';
import type { UpstreamCards } from './upstream-card.ts';

type Send = Deps['send'];

export interface AgentSendDeps extends HttpLimits {
  readonly send: Send;
  readonly cards: Pick<UpstreamCards, 'interfaceOf'>;
  readonly grpc: GrpcCaller;
}

/** Sends to the agent's own endpoint. */
export function sendToAgent(deps: AgentSendDeps): Send {
  const { send, cards, grpc } = deps;
  return async (upstream, request) => {
    if (upstream.kind !== 'a2a') throw new Error(`\`${upstream.name}\` is no A2A agent`);
    const version = versionOf(request.headers.get('a2a-version'));
    const found = version.ok ? await cards.interfaceOf(upstream, version.value.version) : version;
    // Only its card was asked for: the call itself went nowhere.
    if (!found.ok) return { ok: false, error: { ...found.error, isSent: false } };
    const dressed = dress(request.body ?? new Uint8Array(), found.value);
    if (!dressed.ok) return inexpressible(upstream.name, found.value.binding, dressed.error);
    if (!isAsRecorded(dressed.value, request)) return changed(upstream.name);
    switch (dressed.value.binding) {
      case 'JSONRPC':
        return send({ ...upstream, endpoint: found.value.url }, request);
      case 'HTTP+JSON':
        return sendHttpJson(upstream, request, dressed.value, send, deps);
      case 'GRPC':
        return sendGrpc(upstream, request, dressed.value, grpc);
    }
  };
}

/** The same, for one call that may be about a task of the gateway's own. */
export function sendCall(call: InboundCall, send: Send, own: OwnAnswerDeps): Send {
  return async (upstream, request) => (await ownAnswer(call, request, own)) ?? send(upstream, request);
}

/** The call with what will go over the wire, for the record; as it is where that is its own text, or is not known. */
export async function dressCall(
  call: ClearedCall,
  { cards }: Pick<AgentSendDeps, 'cards'>,
): Promise<ClearedCall> {
  if (call.upstream.kind !== 'a2a' || isAggregated(call.operation)) return call;
  const found = await cards.interfaceOf(call.upstream, dialectOf(call).version);
  if (!found.ok) return call;
  const dressed = dress(call.outbound.bytes, found.value);
  if (!dressed.ok || dressed.value.binding === 'JSONRPC') return call;
  return { ...call, sent: dressed.value.digest };
}

function isAsRecorded(dressed: Dressed, { recorded }: OutboundRequest): boolean {
  if (recorded === undefined) return true;
  return dressed.binding === 'JSONRPC'
    ? recorded.isBody
    : !recorded.isBody && recorded.sha256 === dressed.digest.sha256;
}

function changed(agent: string): Awaited<ReturnType<Send>> {
  const reason = `the card of \`${agent}\` offers another binding than when the call was recorded`;
  const message = 'the agent behind this gateway is spoken to in another way now: try again';
  return { ok: false, error: { code: 'upstream_unavailable', reason, message, isSent: false } };
}

function inexpressible(agent: string, binding: string, why: string): Awaited<ReturnType<Send>> {
  const message = `the agent behind this gateway is spoken to over ${binding}, which cannot say this: ${why}`;
  const reason = `${agent}: ${message}`;
  return {
    ok: false,
    error: { code: 'invalid_arguments', reason, message, rpcCode: INVALID_PARAMS, isSent: false },
  };
}
