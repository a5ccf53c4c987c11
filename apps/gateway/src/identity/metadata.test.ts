import { expect, test } from 'vitest';
import { canonicalResource, metadataUrl, protectedResourceMetadata } from './metadata.ts';
import { issuerManifest, manifest, registryOf, testKey } from './test-issuer.ts';

const key = await testKey('k1');
const registry = registryOf(
  issuerManifest('idp', 'https://idp.example', [key]),
  issuerManifest('cluster', 'spiffe://cluster.example', [key]),
  manifest(
    'MCPServer',
    'payments',
    '{url: "https://p.example/mcp", team: billing, environment: test, risk: low}',
  ),
  manifest('Agent', 'support', '{owner: fiona, team: billing, purpose: helps, risk: low, environment: test}'),
  manifest('A2AAgent', 'support', '{url: "https://s.example"}'),
);
const GATEWAY = 'https://gateway.example';

test('the metadata of an endpoint names it exactly, and the servers that issue tokens for it', () => {
  expect(protectedResourceMetadata('/mcp/payments', GATEWAY, registry)).toEqual({
    resource: 'https://gateway.example/mcp/payments',
    resource_name: 'payments',
    authorization_servers: ['https://idp.example'],
    bearer_methods_supported: ['header'],
  });
  expect(protectedResourceMetadata('/a2a/support', GATEWAY, registry)?.resource).toBe(
    'https://gateway.example/a2a/support',
  );
});

test.each(['/mcp/ghost', '/a2a/payments', '/mcp/payments/', '/mcp/../a2a/support', '/mcp/payments%2f', ''])(
  'there is no metadata for %s',
  (endpoint) => {
    expect(protectedResourceMetadata(endpoint, GATEWAY, registry)).toBeNull();
  },
);

test('a challenge points to the metadata of exactly that endpoint', () => {
  const resource = canonicalResource(GATEWAY, { kind: 'mcp', name: 'payments' });
  expect(metadataUrl(resource)).toBe(
    'https://gateway.example/.well-known/oauth-protected-resource/mcp/payments',
  );
});
