// The words and signs for what became of a call. Decisions and outcomes are never told by colour alone.
import type { Call } from '../../../api/types.ts';

export type Tone = 'allow' | 'deny' | 'hold' | 'quiet' | 'warn';

export interface Sign {
  readonly tone: Tone;
  readonly label: string;
}

const DECISIONS: Readonly<Record<Call['decision'], Sign>> = {
  allow: { tone: 'allow', label: 'Allowed' },
  deny: { tone: 'deny', label: 'Denied' },
  hold: { tone: 'hold', label: 'Held' },
};

/** In place of a decision that the log does not bear out. */
export const tamperedSign: Sign = { tone: 'warn', label: 'Index altered' };

const REASONS: ReadonlyMap<string, string> = new Map([
  ['permitted', 'permitted by policy'],
  ['no_permit', 'no policy permits it'],
  ['forbidden', 'forbidden by policy'],
  ['guarded', 'waits for a person'],
  ['grant_redeemed', 'approved by a person'],
  ['policy_error', 'a policy could not be evaluated'],
  ['unrepresentable_input', 'an argument that a policy reads cannot be checked'],
  ['invalid_arguments', 'arguments violate the tool’s schema'],
  ['unregistered', 'nobody registered this agent'],
  ['quarantined', 'the agent is quarantined'],
  ['approval_rejected', 'rejected by a person'],
  ['approval_expired', 'nobody approved it in time'],
  ['unknown_tool', 'the server has no such tool'],
  ['invalid_call_token', 'the call token proves nothing'],
  ['foreign_session', 'the session belongs to somebody else'],
  ['foreign_task', 'the task belongs to somebody else'],
  ['too_many_pending', 'too many of the agent’s calls wait already'],
  ['tool_unavailable', 'the tool cannot be checked now'],
  ['policy_unavailable', 'no policy set is in force'],
  ['policy_broken', 'the policies no longer fit this tool'],
  ['definition_not_accepted', 'its definition waits to be accepted'],
]);

const OUTCOMES: ReadonlyMap<string, Sign> = new Map([
  ['ok', { tone: 'quiet', label: 'done' }],
  ['tool_error', { tone: 'warn', label: 'tool error' }],
  ['protocol_error', { tone: 'warn', label: 'protocol error' }],
  ['upstream_error', { tone: 'warn', label: 'upstream error' }],
  ['withheld', { tone: 'warn', label: 'result withheld' }],
  ['retried', { tone: 'quiet', label: 'retried' }],
  ['aborted', { tone: 'warn', label: 'caller left' }],
]);

export const decisionSign = (decision: Call['decision']): Sign => DECISIONS[decision];

/** Why, in a few words; a reason that this page does not know yet is shown as the log has it. */
export const reasonText = (reason: string): string => REASONS.get(reason) ?? reason.replaceAll('_', ' ');

/** What became of the call after the decision; null where nothing was to follow. */
export function outcomeSign(call: Pick<Call, 'state' | 'outcome'>): Sign | null {
  switch (call.state) {
    case 'denied':
      return null;
    case 'held':
      return { tone: 'hold', label: 'waiting' };
    case 'open':
      return { tone: 'quiet', label: 'running' };
    case 'unknown':
      return { tone: 'warn', label: 'unknown' };
    case 'completed':
      return call.outcome === null
        ? { tone: 'quiet', label: 'done' }
        : (OUTCOMES.get(call.outcome) ?? { tone: 'warn', label: call.outcome.replaceAll('_', ' ') });
  }
}

/** The policies that decided, or the reason where none did. */
export const policyText = (call: Pick<Call, 'policies' | 'reason'>): string =>
  call.policies.length > 0 ? call.policies.join(', ') : reasonText(call.reason);

export const agentText = (call: Pick<Call, 'agent'>): string => call.agent ?? 'unregistered';

/** What was called: `payments/pay`, or the upstream itself where a call has no resource within it. */
export function targetText(call: {
  readonly operation: string;
  readonly upstream: string | null;
  readonly resource: string | null;
}): string {
  if (call.upstream === null) return call.resource ?? call.operation;
  return call.resource === null || call.resource === call.upstream
    ? call.upstream
    : `${call.upstream}/${call.resource}`;
}

/** The last hex digits of an id: enough to tell ids apart by eye, never to look one up. The first ones tell when it was made. */
export const shortId = (id: string): string => `…${id.slice(-8)}`;

/** One line for assistive technology about calls that just arrived. */
export function arrivalText(calls: readonly Pick<Call, 'decision'>[]): string {
  const count = (decision: Call['decision']): number =>
    calls.filter((call) => call.decision === decision).length;
  const parts = [`${calls.length} new ${calls.length === 1 ? 'call' : 'calls'}`];
  if (count('deny') > 0) parts.push(`${count('deny')} denied`);
  if (count('hold') > 0) parts.push(`${count('hold')} held`);
  return parts.join(', ');
}
