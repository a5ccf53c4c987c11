// A call as it stands after it waited: for people, who may have taken minutes, for a catalogue, or for its own last bytes.
// Meanwhile the registry and the chain went on, and what was true when the call came must not decide what is sent now
// (DESIGN section 8).
import type { RegistrySnapshot, Upstream } from '../registry/types.ts';
import type { Deps } from './deps.ts';
import type { AuthenticatedCall, Caller, InboundCall } from './types.ts';

/** A call that nobody looked at yet, all of it here; null when what it goes to is no longer registered. */
export function arrived<Call extends InboundCall>(call: Call, deps: Pick<Deps, 'registry'>): Call | null {
  const registry = deps.registry.current();
  if (registry === call.registry) return call;
  const upstream = upstreamOfNow(call.upstream, registry);
  return upstream === null ? null : { ...call, registry, upstream };
}

/** Null when what the call goes to is no longer registered. */
export async function renewed<Call extends AuthenticatedCall>(call: Call, deps: Deps): Promise<Call | null> {
  const registry = deps.registry.current();
  const upstream = upstreamOfNow(call.upstream, registry);
  if (upstream === null) return null;
  const labels = await deps.reads.chainLabels(call.link.chain);
  return {
    ...call,
    registry,
    upstream,
    caller: callerOfNow(call.caller, registry),
    link: { ...call.link, labels: [...new Set([...call.link.labels, ...labels])] },
  };
}

function upstreamOfNow({ kind, name, uid }: Upstream, registry: RegistrySnapshot): Upstream | null {
  const upstream = kind === 'mcp' ? registry.servers.get(name) : registry.a2a.get(name);
  return upstream?.uid === uid ? upstream : null;
}

/** An identity that was unbound, or bound to another agent, since then is nobody's. */
function callerOfNow(caller: Caller, registry: RegistrySnapshot): Caller {
  const { issuer, claim, value } = caller.identity;
  const agent = registry.agentByIdentity(issuer, claim, value);
  const { subject } = caller;
  const user = subject?.user ? registry.users.get(subject.user.name) : undefined;
  return {
    ...caller,
    agent: agent !== undefined && agent.uid === caller.agent?.uid ? agent : null,
    subject:
      subject === null
        ? null
        : { ...subject, user: user !== undefined && user.uid === subject.user?.uid ? user : null },
  };
}
