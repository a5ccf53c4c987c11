// Where a call to an agent goes: to the gateway itself for a task of its own, else to the address that the agent's card
// names for A2A 1.0 over JSON-RPC.
import type { Deps } from '../../pipeline/deps.ts';
import type { InboundCall } from '../../pipeline/types.ts';
import { ownAnswer, type OwnAnswerDeps } from './own-answer.ts';
import type { UpstreamCards } from './upstream-card.ts';

type Send = Deps['send'];

/** Sends to the agent's own endpoint. */
export function sendToAgent(send: Send, cards: Pick<UpstreamCards, 'interfaceOf'>): Send {
  return async (upstream, request) => {
    if (upstream.kind !== 'a2a') throw new Error(`\`${upstream.name}\` is no A2A agent`);
    const found = await cards.interfaceOf(upstream);
    // Only its card was asked for: the call itself went nowhere.
    if (!found.ok) return { ok: false, error: { ...found.error, isSent: false } };
    return send({ ...upstream, endpoint: found.value.url }, request);
  };
}

/** The same, for one call that may be about a task of the gateway's own. */
export function sendCall(call: InboundCall, send: Send, own: OwnAnswerDeps): Send {
  return async (upstream, request) => (await ownAnswer(call, request, own)) ?? send(upstream, request);
}
