// The gateway as an OAuth protected resource, one per endpoint (RFC 9728; protocols.md 1.7).
import { RECEIPTS_PATH } from '../receipts/audience.ts';
import type { RegistrySnapshot, Upstream } from '../registry/types.ts';

/** All MCP servers at one address. */
const UNION_PATH = '/mcp';
const METADATA_PATH = '/.well-known/oauth-protected-resource';

export interface ProtectedResourceMetadata {
  readonly resource: string;
  readonly resource_name: string;
  readonly authorization_servers: readonly string[];
  readonly bearer_methods_supported: readonly ['header'];
}

/** The path of an endpoint, such as `/mcp/payments`. */
function endpointPath(upstream: Pick<Upstream, 'kind' | 'name'>): string {
  return `/${upstream.kind}/${upstream.name}`;
}

/**
 * The canonical URL of an endpoint: the only audience its tokens may have (RFC 8707). `publicUrl` and the result have
 * no trailing slash, and it is compared as a string.
 */
export function canonicalResource(publicUrl: string, upstream: Pick<Upstream, 'kind' | 'name'>): string {
  return `${publicUrl}${endpointPath(upstream)}`;
}

/** Where the metadata of a resource stands: the well-known path goes between host and path (RFC 9728 section 3.1). */
export function metadataUrl(resource: string): string {
  const { origin, pathname } = new URL(resource);
  return `${origin}${METADATA_PATH}${pathname === '/' ? '' : pathname}`;
}

/**
 * The document of the endpoint with this path, such as `/mcp/payments`, or null where there is no such endpoint. It is
 * public and holds nothing but addresses; serve it at `metadataUrl`, with `Access-Control-Allow-Origin: *`.
 */
export function protectedResourceMetadata(
  endpoint: string,
  publicUrl: string,
  registry: RegistrySnapshot,
): ProtectedResourceMetadata | null {
  if (endpoint === RECEIPTS_PATH) return describe(`${publicUrl}${endpoint}`, 'receipts', registry);
  if (endpoint === UNION_PATH) return describe(`${publicUrl}${endpoint}`, 'mcp', registry);
  const match = /^\/(mcp|a2a)\/([a-z0-9._-]{1,63})$/.exec(endpoint);
  const [, protocol, name = ''] = match ?? [];
  const upstream = protocol === 'mcp' ? registry.servers.get(name) : registry.a2a.get(name);
  if (match === null || upstream === undefined) return null;
  return describe(canonicalResource(publicUrl, upstream), upstream.name, registry);
}

function describe(resource: string, name: string, registry: RegistrySnapshot): ProtectedResourceMetadata {
  return {
    resource,
    resource_name: name,
    authorization_servers: [...registry.issuers.values()].map(({ issuer }) => issuer).filter(isWebAddress),
    bearer_methods_supported: ['header'],
  };
}

// An authorization server is an https URL (RFC 8414); an issuer of workload identities need not be one.
function isWebAddress(issuer: string): boolean {
  const protocol = URL.parse(issuer)?.protocol;
  return protocol === 'https:' || protocol === 'http:';
}
