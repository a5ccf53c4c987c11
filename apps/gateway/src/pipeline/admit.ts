// AuthenticatedCall -> AuthenticatedCall: the ids that the call names (session, task, context) belong to its caller.
// The refusal is an entry: somebody known tried an id that is not theirs.
import type { Reason } from '@countersign/audit';
import type { Rejection, Result } from '../errors.ts';
import { ok } from '../errors.ts';
import { denied } from './authorize.ts';
import type { Deps } from './deps.ts';
import { refusedWith } from './receipted.ts';
import { recordDenial } from './record.ts';
import type { AuthenticatedCall } from './types.ts';
import type { Wire } from './wire.ts';

export async function admit(
  call: AuthenticatedCall,
  wire: Wire,
  deps: Deps,
): Promise<Result<AuthenticatedCall>> {
  // Who is not registered is told that, and not what exists.
  if (call.caller.agent === null) return ok(call);
  const admitted = await wire.admit(call);
  if (admitted.ok) return admitted;
  const reason = REASONS[admitted.error.code];
  if (reason === undefined) {
    deps.traffic.reject(admitted.error);
    return admitted;
  }
  const recorded = await recordDenial(denied(call, reason, admitted.error.reason), deps);
  if (!recorded.ok) return recorded;
  return { ok: false, error: await refusedWith(admitted.error, call, recorded.value, deps) };
}

const REASONS: Partial<Record<Rejection['code'], Reason>> = {
  foreign_session: 'foreign_session',
  foreign_task: 'foreign_task',
  invalid_arguments: 'invalid_arguments',
  too_many_pending: 'too_many_pending',
};
