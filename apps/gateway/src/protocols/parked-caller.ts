// Who made a held call, as it is kept until people have decided: without the credential, which is not checked again then
// (DESIGN section 8), and looked up anew, since an identity may have been unbound meanwhile.
import type { Caller, Verdict } from '../pipeline/types.ts';
import type { RegistrySnapshot } from '../registry/types.ts';

export type ParkedCaller = Omit<Caller, 'agent'> & { readonly agentUid: string };

export function parkedCaller({ agent, ...caller }: Caller): ParkedCaller {
  if (agent === null) throw new Error('a held call without an agent');
  return { ...caller, agentUid: agent.uid };
}

/** An identity that was unbound, or bound to another agent, since then is nobody's: the release is denied. */
export function callerOfNow({ agentUid, ...rest }: ParkedCaller, registry: RegistrySnapshot): Caller {
  const { issuer, claim, value } = rest.identity;
  const agent = registry.agentByIdentity(issuer, claim, value) ?? null;
  const { subject } = rest;
  const known = subject?.user ? registry.users.get(subject.user.name) : undefined;
  const user = known !== undefined && known.uid === subject?.user?.uid ? known : null;
  return {
    ...rest,
    agent: agent?.uid === agentUid ? agent : null,
    subject: subject === null ? null : { ...subject, user },
  };
}

/** A parked call, held again: by another request, in a later round. */
export function roundAfter<Parked extends { readonly verdict: Verdict }>(parked: Parked): Parked {
  const verdict = { ...parked.verdict, round: parked.verdict.round + 1, binding: null };
  return { ...parked, verdict };
}

/** Whatever a parked call was received under: it was within the limits of then. */
export const LIMITS_OF_THEN = { maxBytes: 1e9, maxDepth: 1e6, maxKeys: 1e8, maxItems: 1e8 };
