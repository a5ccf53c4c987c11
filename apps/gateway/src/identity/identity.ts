// Who calls, how the call hangs in its chain, and what the callee is told of it: the three things that the pipeline asks
// of this folder, joined.
import type { Result } from '../errors.ts';
import type { AuthenticatedCall, Caller, ChainLink, InboundCall } from '../pipeline/types.ts';
import type { CallTokens } from './call-token.ts';
import { type LinkReads, resolveLink } from './link.ts';
import type { Verifier } from './verify.ts';

export interface Identity {
  authenticate(call: InboundCall): Promise<Result<Caller>>;
  link(call: InboundCall, caller: Caller): Promise<Result<ChainLink>>;
  /** The call token for the callee, or null where it gets only the call's id as an opaque handle. */
  callToken(
    call: AuthenticatedCall,
    entry: { readonly index: number; readonly leaf: string },
  ): Promise<string | null>;
}

export interface IdentityDeps {
  readonly verifier: Verifier;
  readonly callTokens: CallTokens;
  readonly reads: LinkReads;
}

export function createIdentity({ verifier, callTokens, reads }: IdentityDeps): Identity {
  return {
    authenticate: (call) => verifier.authenticate(call),
    link: (call, caller) => resolveLink(call, caller, { callTokens, reads }),
    async callToken(call, entry) {
      const { id, upstream, link } = call;
      if (upstream.kind === 'mcp' && upstream.callToken === 'handle') return null;
      return callTokens.mint({
        call: id,
        chain: link.chain,
        subject: await subjectOf(call, callTokens),
        agents: link.agents,
        issuedTo: upstream.uid,
        entry,
      });
    },
  };
}

// A machine token in the middle of a chain does not end on whose behalf the chain runs: the next hop must not be able
// to go on in another person's name.
async function subjectOf(
  { caller, link, credentials }: AuthenticatedCall,
  callTokens: CallTokens,
): Promise<string | null> {
  if (caller.subject !== null) return caller.subject.key;
  if (link.kind !== 'verified' || caller.agent === null || credentials.callToken === null) return null;
  const inherited = await callTokens.verify(credentials.callToken, caller.agent.uid);
  return inherited.ok ? inherited.value.subject : null;
}
