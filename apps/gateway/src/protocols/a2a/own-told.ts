// What the gateway itself says where an agent would, as the relay tells an agent's answer.
import type { CompletedCall } from '../../pipeline/types.ts';
import { resultMessage } from './answers.ts';
import type { Told } from './teller.ts';

/** @param result JSON text. */
export function ownTold(call: CompletedCall, result: string): Told {
  const bytes = Buffer.from(resultMessage(call.message?.id ?? null, result));
  const said = { isFinal: true, isMasked: false, outcome: 'ok', result, error: null } as const;
  return { answer: null, bytes, ...said };
}
