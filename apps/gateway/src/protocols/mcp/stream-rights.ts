// Whether the right to a stream that was opened earlier still stands: who opened it, by the token, the registry and the
// policies of now. A stream must not outlive the right to it (DESIGN section 7). Decides; records nothing.
import { answeredBy } from '../../approvals/terms.ts';
import type { Rejection } from '../../errors.ts';
import { refuse } from '../../errors.ts';
import { authorize } from '../../pipeline/authorize.ts';
import type { Deps } from '../../pipeline/deps.ts';
import { arrived, renewed } from '../../pipeline/renew.ts';
import type { AuthenticatedCall, RecordedCall } from '../../pipeline/types.ts';

/** Null while whoever opened the stream may have it; else why not. */
export async function principalLost(call: AuthenticatedCall, deps: Deps): Promise<Rejection | null> {
  const now = arrived(call, deps);
  if (now === null) return refuse('unknown_upstream', 'the server is no longer registered').error;
  const caller = await deps.identity.authenticate(now);
  if (!caller.ok) return caller.error;
  const { agent, subject } = caller.value;
  if (agent === null || agent.uid !== call.caller.agent?.uid || subject?.key !== call.caller.subject?.key)
    return refuse('unregistered', 'the identity is bound to another agent, or to none').error;
  if (agent.status !== 'active') return refuse('quarantined', `the agent is ${agent.status}`).error;
  return null;
}

/** Null while policy permits what was decided when the stream was opened; else why not. */
export async function permissionLost(call: RecordedCall, deps: Deps): Promise<Rejection | null> {
  const now = await renewed(call, deps);
  if (now === null) return refuse('unknown_upstream', 'the server is no longer registered').error;
  const { verdict } = await authorize(now, deps, call.verdict.round);
  // Nothing is sent again, so nothing counts again.
  verdict.reservation?.drop();
  if (verdict.outcome === 'allow') return null;
  if (verdict.outcome === 'hold' && (await wasApproved(call, verdict, deps))) return null;
  return refuse('denied', verdict.sentence, 'policy no longer permits it', {
    data: { reason: verdict.reason },
  }).error;
}

/** The grant was spent when the stream was opened: it holds for what it was asked for, as long as the guards ask for no more. */
async function wasApproved(
  { approval }: RecordedCall,
  { decision }: RecordedCall['verdict'],
  { approvals }: Deps,
): Promise<boolean> {
  if (approval === null || decision === null) return false;
  const given = await approvals.byId(approval);
  return given !== null && answeredBy(given, decision.guards).length === decision.guards.length;
}
