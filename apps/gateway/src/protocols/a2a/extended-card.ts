// The card that an agent shows to those whom it knows: fetched with the gateway's own credential, checked, rewritten and
// signed as the public one is. Who may read it, policy decides. Where something of the agent is masked it is withheld: it is all
// prose, and could repeat that (ADR 0010).
import { ok, type Result } from '../../errors.ts';
import { maskFailed } from '../../obligations/mask-failed.ts';
import { masksOf } from '../../obligations/of-call.ts';
import type { Deps } from '../../pipeline/deps.ts';
import type { CompletedCall } from '../../pipeline/types.ts';
import type { CardContext, ServedCard } from './card.ts';
import { ownTold } from './own-told.ts';
import { readPlainAnswer } from './plain-answer.ts';
import type { TellerDeps, Told } from './teller.ts';
import { readCard, type UpstreamCard } from './upstream-card.ts';

export interface ExtendedCardDeps extends TellerDeps {
  readonly signCard: (card: UpstreamCard, at: CardContext) => Promise<ServedCard>;
  readonly cardContext: (upstream: CompletedCall['upstream']) => CardContext;
  readonly pipeline: Deps;
}

export async function tellExtendedCard(
  call: CompletedCall,
  bytes: Uint8Array,
  deps: ExtendedCardDeps,
): Promise<Result<Told>> {
  const { upstream } = call;
  if (upstream.kind !== 'a2a') throw new Error('an agent card of no agent');
  if (masksOf(call).length > 0)
    return { ok: false, error: maskFailed(call, 'an extended card is prose of the agent') };
  const answer = await readPlainAnswer(call, bytes, deps);
  if (!answer.ok) return answer;
  if (answer.value.kind === 'error') return answer.value.told;
  const card = await readCard(Buffer.from(answer.value.text), upstream, deps.pipeline.writer, null);
  if (!card.ok) return card;
  const { text } = await deps.signCard(card.value, deps.cardContext(upstream));
  return ok(ownTold(call, text));
}
