// AuthenticatedCall -> DecidedCall. The gateway's own refusals come first (nobody registered, quarantined, a tool that
// does not exist, arguments that its schema forbids); then policy decides.
import type { Reason } from '@countersign/audit';
import { bindingOf, callDigestOf } from '../approvals/binding.ts';
import { answeredBy } from '../approvals/terms.ts';
import { labelsOfInput } from '../classifiers/of-call.ts';
import { heldBack } from '../pins/standing.ts';
import type { Agent, McpServer } from '../registry/types.ts';
import type { ItemKind } from '../upstreams/definitions.ts';
import { paramMismatch } from '../upstreams/param-headers.ts';
import type { Deps } from './deps.ts';
import { callFacts, holdersOf, meterHoldersOf } from './facts.ts';
import { isAggregated, isAskedByServer } from './recording.ts';
import { renewed } from './renew.ts';
import type { AuthenticatedCall, DecidedCall, Target, Verdict } from './types.ts';

export async function authorize(call: AuthenticatedCall, deps: Deps, round = 1): Promise<DecidedCall> {
  const verdict = await judge(call, deps, round);
  if (call.registry === deps.registry.current()) return { ...call, verdict };
  // The registry changed while the call waited, for a catalogue or for the store: it is decided by what is true now.
  verdict.reservation?.drop();
  const now = await renewed(call, deps);
  if (now !== null) return authorize(now, deps, round);
  const gone = refusal(call, round, 'tool_unavailable', 'what it was aimed at is no longer registered');
  return { ...call, verdict: gone };
}

async function judge(call: AuthenticatedCall, deps: Deps, round: number): Promise<Verdict> {
  const { agent } = call.caller;
  if (agent === null) return refusal(call, round, 'unregistered', `no registered agent has this identity`);
  if (agent.status !== 'active') return refusal(call, round, 'quarantined', `the agent is ${agent.status}`);
  if (call.linkFault !== null) return refusal(call, round, 'invalid_call_token', call.linkFault.message);
  if (isAggregated(call.operation)) return { ...plain(round), outcome: 'allow', reason: 'permitted' };

  const unfit = await unfitForPolicy(call, deps);
  if (unfit !== null)
    return { ...refusal(call, round, unfit.reason, unfit.message), told: unfit.told ?? null };
  return byPolicy(call, agent, deps, round);
}

async function byPolicy(call: AuthenticatedCall, agent: Agent, deps: Deps, round: number): Promise<Verdict> {
  const now = deps.now();
  const said = labelsOfInput(call, deps.classifiers);
  // Whoever sends it has it: for policy, chain and caller carry these labels already.
  const exposure = [...new Set([...(await deps.reads.exposure(holdersOf(call), now)), ...said])];
  const link = { ...call.link, labels: [...new Set([...call.link.labels, ...said])] };
  const facts = callFacts({ ...call, link }, agent, { exposure, now });
  const holders = meterHoldersOf(call, agent);
  const decideWith = (guards: readonly string[]) =>
    deps.meters.decide(holders, facts, (measured) => deps.policy.decide(measured, guards));
  let { decision, sums, reservation } = await decideWith([]);
  let grant: Verdict['grant'] = null;
  let binding: Verdict['binding'] = null;
  if (decision.outcome === 'hold') {
    // Only a held call needs its digest: what a grant must match exactly (DESIGN section 8).
    const callDigest = callDigestOf(call, deps);
    binding = { callDigest, key: bindingOf(call, agent, callDigest) };
    const live = await deps.approvals.grantFor(binding.key);
    if (live !== null) {
      const granted = await decideWith(answeredBy(live, decision.guards));
      // Another set went live in between: it may ask for more under the same names.
      if (granted.decision.policySet !== decision.policySet) {
        granted.reservation?.drop();
        return byPolicy(call, agent, deps, round);
      }
      if (granted.decision.outcome !== 'hold') ({ decision, sums, reservation } = granted);
      if (granted.decision.outcome === 'allow') grant = live.id;
    }
  }
  return {
    outcome: decision.outcome,
    reason: decision.reason,
    decision,
    sentence: deps.policy.sentence(facts, decision),
    labels: [
      ...new Set([
        ...facts.resource.labels,
        ...decision.obligations.labels,
        ...said,
        ...handedOn(call, exposure),
      ]),
    ],
    round,
    binding,
    grant,
    sums,
    reservation,
    told: null,
  };
}

/** A message between agents may carry whatever its sender has seen: starting a fresh chain launders nothing. */
function handedOn(call: AuthenticatedCall, exposure: readonly string[]): readonly string[] {
  // What a server asks carries what the server holds, as what it answers does.
  if (isAskedByServer(call.operation) && call.upstream.kind === 'mcp') return call.upstream.labels;
  return call.protocol === 'a2a' ? [...exposure, ...call.link.labels] : [];
}

interface Unfit {
  readonly reason: Reason;
  readonly message: string;
  readonly told?: Verdict['told'];
}

async function unfitForPolicy(call: AuthenticatedCall, deps: Deps): Promise<Unfit | null> {
  if (call.upstream.kind !== 'mcp') return null;
  if (call.target.kind !== 'tool') return unaccepted(call.upstream, call.target, deps);
  const { uid, name: server } = call.upstream;
  const { name } = call.target;
  // A tool that the catalogue does not know may have appeared since: ask once, then refuse.
  if (deps.catalogs.tool(uid, name) === undefined) await deps.catalogs.refresh(uid);
  const tool = deps.catalogs.tool(uid, name);
  if (tool === undefined)
    return { reason: 'unknown_tool', message: `server \`${server}\` has no tool \`${name}\`` };
  const standing = deps.catalogs.standing(call.upstream, tool);
  if (standing !== 'accepted')
    return { reason: 'definition_not_accepted', message: heldBack(standing, 'tool', name) };
  // SECURITY: a policy that does not know an argument cannot mind it, so no call is decided by another definition's types.
  if (!(await deps.policy.caughtUp(call.upstream, tool)))
    return {
      reason: 'policy_unavailable',
      message: `the policies do not know this definition of \`${name}\` yet`,
    };
  const args = call.message?.params['arguments'] ?? {};
  const mismatch = paramMismatch(call.http.headers, tool.inputSchema, call.said.input);
  if (mismatch !== null) return { reason: 'invalid_arguments', message: mismatch, told: 'header_mismatch' };
  const fault = deps.catalogs.checkArguments(tool, args);
  if (fault !== null) return { reason: 'invalid_arguments', message: fault };
  return null;
}

const DEFINED: Partial<Record<Target['kind'], readonly ItemKind[]>> = {
  prompt: ['prompt'],
  // What is completed of a template names it as a resource is named.
  resource: ['resource', 'template'],
};

/** A prompt or resource whose definition nobody accepted is used by nobody; what its server does not list has none. */
async function unaccepted(server: McpServer, target: Target, { catalogs }: Deps): Promise<Unfit | null> {
  const name = target.kind === 'resource' ? target.uri : 'name' in target ? target.name : '';
  const itemsOf = () =>
    (DEFINED[target.kind] ?? []).flatMap((kind) => catalogs.item(server.uid, kind, name) ?? []);
  const isReviewedPrompt = target.kind === 'prompt' && server.toolPinning === 'review';
  if (isReviewedPrompt && itemsOf().length === 0) await catalogs.refresh(server.uid);
  const items = itemsOf();
  if (isReviewedPrompt && items.length === 0)
    return { reason: 'definition_not_accepted', message: heldBack('new', 'prompt', name) };
  for (const item of items) {
    const standing = catalogs.standing(server, item);
    if (standing !== 'accepted')
      return { reason: 'definition_not_accepted', message: heldBack(standing, item.kind, name) };
  }
  return null;
}

/** A call that the gateway refuses on its own account, as a decided call to be recorded. */
export function denied(call: AuthenticatedCall, reason: Reason, why: string): DecidedCall {
  return { ...call, verdict: refusal(call, 1, reason, why) };
}

function refusal(call: AuthenticatedCall, round: number, reason: Reason, why: string): Verdict {
  const who = call.caller.agent?.name ?? `an unregistered identity`;
  const deed = isAskedByServer(call.operation)
    ? `${call.upstream.name} asked ${who} (${call.operation})`
    : `${who} called ${call.operation} on ${call.upstream.name}`;
  return { ...plain(round), outcome: 'deny', reason, sentence: `${deed} and this was denied: ${why}` };
}

function plain(round: number) {
  return {
    decision: null,
    sentence: '',
    labels: [],
    round,
    binding: null,
    grant: null,
    sums: [],
    reservation: null,
    told: null,
  } as const;
}
