// Whether somebody proved of late who they are: asked of whoever approves a call of high risk, so that a console left open
// approves nothing. A token that comes with its request proves it by that.
import type { Approval } from '../approvals/types.ts';
import type { RegistrySnapshot } from '../registry/types.ts';
import type { AdminPrincipal } from './principal.ts';
import { Refusal } from './refusal.ts';

const HIGH = 3;
const MINUTE_MS = 60_000;

/** Until when a sign-in counts as fresh, milliseconds since the epoch; null: as long as it lasts. */
export function freshUntil({ session }: Pick<AdminPrincipal, 'session'>, freshMs: number): number | null {
  if (session === null || freshMs === 0) return null;
  const provenAt = session.by.method === 'token' ? session.openedAt : session.authenticatedAt;
  return (provenAt ?? 0) + freshMs;
}

/** Throws a Refusal where the call is of high risk and the sign-in is not fresh. */
export function requireFresh(
  principal: Pick<AdminPrincipal, 'session'>,
  approval: Pick<Approval, 'agent' | 'resource' | 'shown'>,
  registry: Pick<RegistrySnapshot, 'agents' | 'servers' | 'a2a'>,
  { now, freshMs }: { readonly now: number; readonly freshMs: number },
): void {
  const until = freshUntil(principal, freshMs);
  if (until === null || until > now || !isHighRisk(approval, registry)) return;
  throw new Refusal(
    403,
    'fresh_sign_in_required',
    `approving a call of high risk needs a sign-in of the last ${freshMs / MINUTE_MS} minutes: sign in again`,
  );
}

/** Of the agent that calls, or of what it calls; what is not registered any more is not known to be harmless. */
function isHighRisk(
  { agent, resource, shown }: Pick<Approval, 'agent' | 'resource' | 'shown'>,
  { agents, servers, a2a }: Pick<RegistrySnapshot, 'agents' | 'servers' | 'a2a'>,
): boolean {
  const server = servers.get(shown.upstream);
  const callee = a2a.get(shown.upstream)?.agent;
  const risks = [agents.get(agent)?.risk, server?.tools.get(resource)?.risk ?? server?.risk ?? callee?.risk];
  return risks.some((risk) => (risk ?? HIGH) >= HIGH);
}
