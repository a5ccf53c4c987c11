// A held call as it stands when it is released: people may have taken minutes, and meanwhile the registry and the chain
// went on. What was true when the call came must not decide what is sent now (DESIGN section 8).
import type { RegistrySnapshot, Upstream } from '../registry/types.ts';
import type { Deps } from './deps.ts';
import type { Caller, DecidedCall } from './types.ts';

/** Null when what the call goes to is no longer registered. */
export async function renewed(call: DecidedCall, deps: Deps): Promise<DecidedCall | null> {
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
