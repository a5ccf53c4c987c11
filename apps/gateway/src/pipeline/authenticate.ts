// InboundCall -> AuthenticatedCall: who calls, on whose behalf, and how the call hangs in its chain.
// A refusal here is counted, not recorded one by one: nobody is known yet whom an entry could name.
import { newId } from '@countersign/audit';
import { ok, refuse, type Result } from '../errors.ts';
import type { Deps } from './deps.ts';
import { outOfService } from './record.ts';
import { arrived } from './renew.ts';
import type { AuthenticatedCall, InboundCall } from './types.ts';

export async function authenticate(inbound: InboundCall, deps: Deps): Promise<Result<AuthenticatedCall>> {
  const fault = deps.health.fault();
  if (fault !== null) return outOfService(fault);
  // SECURITY: whoever sends slowly must not be let in by what was registered when the first byte came.
  const call = arrived(inbound, deps);
  if (call === null) {
    const name = inbound.upstream.name;
    const gone = refuse('unknown_upstream', `no \`${name}\` any more`, 'it is no longer behind this gateway');
    deps.traffic.reject(gone.error);
    return gone;
  }
  const caller = await deps.identity.authenticate(call);
  if (!caller.ok) {
    deps.traffic.reject(caller.error);
    return caller;
  }
  const link = await deps.identity.link(call, caller.value);
  if (link.ok) return ok({ ...call, caller: caller.value, link: link.value, linkFault: null });
  const agents = caller.value.agent === null ? [] : [caller.value.agent.name];
  const alone = {
    kind: 'unlinked',
    chain: newId('chain'),
    parent: null,
    depth: 1,
    agents,
    labels: [],
  } as const;
  return ok({ ...call, caller: caller.value, link: alone, linkFault: link.error });
}
