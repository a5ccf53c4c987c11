// What a grant is bound to: this agent, for this subject, acting in this line of agents, making exactly this call
// (DESIGN section 8). Anything else is another call and needs its own approval.
import { createHash } from 'node:crypto';
import type { Deps } from '../pipeline/deps.ts';
import type { AuthenticatedCall } from '../pipeline/types.ts';
import type { Agent } from '../registry/types.ts';
import { callDigest } from './digest.ts';

export function callDigestOf(call: AuthenticatedCall, deps: Deps): string {
  const { target, upstream } = call;
  const tool =
    target.kind === 'tool' && upstream.kind === 'mcp'
      ? deps.catalogs.tool(upstream.uid, target.name)
      : undefined;
  return callDigest(deps.digestKey, {
    upstream: upstream.uid,
    operation: call.operation,
    target: target.kind === 'resource' ? target.uri : 'name' in target ? target.name : upstream.name,
    toolDigest: tool?.digest ?? null,
    revision: call.revision,
    params: call.message?.paramsText ?? '',
  });
}

/** SHA-256 over agent, subject, actors, the agents from the chain's root on, and the call digest, as 64 hex digits. */
export function bindingOf(call: AuthenticatedCall, agent: Agent, digest: string): string {
  const { subject, actors } = call.caller;
  const bound = [agent.uid, subject?.key ?? null, actors, call.link.agents, digest];
  return createHash('sha256').update(JSON.stringify(bound)).digest('hex');
}
