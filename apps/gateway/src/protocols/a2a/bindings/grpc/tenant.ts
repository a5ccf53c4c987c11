// gRPC has one path for all agents of a gateway: what names the agent is the `tenant`, which the card gives and clients pass on
// (A2A 1.0, AgentInterface.tenant). What follows the first slash is the tenant of the agent's own.

export function grpcTenant(agent: string, own: string | null): string {
  return own === null ? agent : `${agent}/${own}`;
}

export interface NamedByTenant {
  readonly agent: string;
  readonly own: string | null;
}

export function readGrpcTenant(tenant: unknown): NamedByTenant | null {
  if (typeof tenant !== 'string' || tenant === '') return null;
  const at = tenant.indexOf('/');
  return at === -1 ? { agent: tenant, own: null } : { agent: tenant.slice(0, at), own: tenant.slice(at + 1) };
}
