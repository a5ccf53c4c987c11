// Whom its tasks are told to, their owner is told in its own words: an agent knows only addresses of the gateway. An agent's
// refusal is passed on, and what it did not take is forgotten.
import { ok, refuse, type Result } from '../../../errors.ts';
import type { CompletedCall } from '../../../pipeline/types.ts';
import { TASK_NOT_FOUND } from '../operations.ts';
import { isOwnAnswer } from '../own-answer.ts';
import { ownTold } from '../own-told.ts';
import { readPlainAnswer } from '../plain-answer.ts';
import type { TellerDeps, Told } from '../teller.ts';
import { configName } from './config.ts';
import type { Push } from './push.ts';

export interface TellPushDeps extends TellerDeps {
  readonly push: Pick<Push, 'result' | 'forget'>;
}

export async function tellPush(
  call: CompletedCall,
  bytes: Uint8Array,
  deps: TellPushDeps,
): Promise<Result<Told>> {
  const isSet = call.operation === 'a2a:push/set';
  // Whatever an agent makes of it, nothing that it posts there is taken any more.
  if (call.operation === 'a2a:push/delete') return ok(ownTold(call, 'null'));
  if (!isOwnAnswer(call.response)) {
    const answer = await readPlainAnswer(call, bytes, deps);
    if (isSet && (!answer.ok || answer.value.kind === 'error')) await deps.push.forget(call);
    if (!answer.ok) return answer;
    if (answer.value.kind === 'error') return answer.value.told;
  }
  const result = await deps.push.result(call);
  if (result !== null) return ok(ownTold(call, result));
  const message = `there is no push notification config \`${configName(call)}\` of this task`;
  return refuse('invalid_arguments', message, message, { rpcCode: TASK_NOT_FOUND });
}
