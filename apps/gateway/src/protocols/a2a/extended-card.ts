// The card that an agent shows to those whom it knows: fetched with the gateway's own credential, checked, rewritten and
// signed as the public one is. Who may read it, policy decides.
import { ok, type Result } from '../../errors.ts';
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
  const answer = await readPlainAnswer(call, bytes, deps);
  if (!answer.ok) return answer;
  if (answer.value.kind === 'error') return answer.value.told;
  const card = await readCard(Buffer.from(answer.value.text), upstream, deps.pipeline.writer, null);
  if (!card.ok) return card;
  const { text } = await deps.signCard(card.value, deps.cardContext(upstream));
  return ok(ownTold(call, text));
}
