// Objects -> the immutable snapshot that calls read. Pure; assumes objects that passed `problemsBetween`.
import { createHash } from 'node:crypto';
import { deepFreeze } from '../config/freeze.ts';
import { allOf, type Objects, type StoredObjectOf } from './objects.ts';
import type { ManifestOf } from './schema.ts';
import type {
  A2aUpstream,
  Agent,
  Credential,
  IdentityClaim,
  Issuer,
  McpPlace,
  McpServer,
  OidcIdentity,
  RegistrySnapshot,
  TargetObligations,
  ToolTraits,
  User,
} from './types.ts';

const RISK = { low: 1, medium: 2, high: 3 } as const;

export function buildSnapshot(objects: Objects): RegistrySnapshot {
  const users = byName(allOf(objects, 'User').map(userOf));
  const agents = byName(allOf(objects, 'Agent').map((object) => agentOf(object, users)));
  const byIdentity = new Map<string, Agent>();
  for (const agent of agents.values()) {
    for (const { issuer, claim, value } of agent.identities)
      byIdentity.set(identityKey(issuer, claim, value), agent);
  }
  const byOidc = new Map(
    [...users.values()].flatMap((user) => (user.oidc === null ? [] : [[oidcKey(user.oidc), user] as const])),
  );
  const byEmail = new Map([...users.values()].map((user) => [user.email.toLowerCase(), user]));
  return Object.freeze({
    version: versionOf(objects),
    agents,
    servers: byName(allOf(objects, 'MCPServer').map(serverOf)),
    a2a: byName(allOf(objects, 'A2AAgent').map((object) => a2aOf(object, agents))),
    users,
    groups: new Set(allOf(objects, 'Group').map((object) => object.manifest.metadata.name)),
    teams: new Set(allOf(objects, 'Team').map((object) => object.manifest.metadata.name)),
    issuers: byName(allOf(objects, 'Issuer').map(issuerOf)),
    agentByIdentity: (issuer: string, claim: IdentityClaim, value: string) =>
      byIdentity.get(identityKey(issuer, claim, value)),
    userByEmail: (email: string) => byEmail.get(email.toLowerCase()),
    userByOidc: (identity: OidcIdentity) => byOidc.get(oidcKey(identity)),
  });
}

// Names and claims hold no blank, so that the three cannot run into each other.
function identityKey(issuer: string, claim: IdentityClaim, value: string): string {
  return `${issuer} ${claim} ${value}`;
}

function oidcKey({ issuer, subject }: OidcIdentity): string {
  return JSON.stringify([issuer, subject]);
}

function versionOf(objects: Objects): string {
  const lines = [...objects.values()].map((object) => `${object.uid} ${object.generation}`).sort();
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}

function byName<T extends { readonly name: string }>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [item.name, item]));
}

function userOf({ uid, manifest }: StoredObjectOf<'User'>): User {
  const { email, groups, active, oidc } = manifest.spec;
  return deepFreeze({
    uid,
    name: manifest.metadata.name,
    email,
    groups: [...groups],
    active,
    oidc: oidc === undefined ? null : { ...oidc },
  });
}

function agentOf({ uid, manifest }: StoredObjectOf<'Agent'>, users: ReadonlyMap<string, User>): Agent {
  const { owner, status, risk, identities, team, purpose, capabilities, environment, labels } = manifest.spec;
  return deepFreeze({
    uid,
    name: manifest.metadata.name,
    owner: referred(users, owner),
    team,
    purpose,
    capabilities: [...capabilities],
    risk: RISK[risk],
    environment,
    labels: [...labels],
    identities: identities.map((identity) => ({ ...identity })),
    status: status ?? 'active',
  });
}

function a2aOf({ manifest }: StoredObjectOf<'A2AAgent'>, agents: ReadonlyMap<string, Agent>): A2aUpstream {
  const { spec, metadata } = manifest;
  const agent = referred(agents, spec.agent ?? metadata.name);
  const cardUrl = spec.cardUrl ?? spec.url ?? '';
  return Object.freeze({
    kind: 'a2a',
    uid: agent.uid,
    name: agent.name,
    agent,
    cardUrl,
    ...(spec.cardUrl === undefined || spec.url === undefined ? {} : { endpoint: spec.url }),
    ...(spec.binding === undefined ? {} : { binding: spec.binding }),
    ...(spec.cardKeys === undefined ? {} : { cardKeys: structuredClone(spec.cardKeys) }),
    cardSignature: spec.cardSignature,
    ...obligationsIn(spec),
    credential: credentialOf(spec.credential),
    receipts: spec.receipts,
  });
}

function serverOf({ uid, manifest }: StoredObjectOf<'MCPServer'>): McpServer {
  const { team, environment, risk, labels, credential, tools, callToken, toolPinning, receipts } =
    manifest.spec;
  return Object.freeze({
    kind: 'mcp',
    uid,
    name: manifest.metadata.name,
    place: placeOf(manifest.spec),
    team,
    environment,
    risk: RISK[risk],
    labels: Object.freeze([...labels]),
    ...obligationsIn(manifest.spec),
    credential: credentialOf(credential),
    tools: new Map(Object.entries(tools).map(([name, traits]) => [name, traitsOf(traits)])),
    callToken,
    toolPinning,
    resultChecks: manifest.spec.resultChecks,
    receipts,
  });
}

function placeOf({ url, transport, stdio }: ManifestOf<'MCPServer'>['spec']): McpPlace {
  if (stdio === undefined)
    return Object.freeze({ transport: transport ?? 'streamable-http', url: url ?? '' });
  const { cwd, ...command } = structuredClone(stdio);
  return deepFreeze({ transport: 'stdio', ...command, cwd: cwd ?? '/' });
}

function obligationsIn({ redact, mask }: TargetObligations): TargetObligations {
  return { redact: Object.freeze([...redact]), mask: Object.freeze([...mask]) };
}

function traitsOf(traits: ManifestOf<'MCPServer'>['spec']['tools'][string]): ToolTraits {
  return deepFreeze({
    labels: [...traits.labels],
    ...obligationsIn(traits),
    risk: traits.risk === undefined ? null : RISK[traits.risk],
    readOnly: traits.readOnly ?? null,
    destructive: traits.destructive ?? null,
    idempotent: traits.idempotent ?? null,
    openWorld: traits.openWorld ?? null,
  });
}

function issuerOf({ uid, manifest }: StoredObjectOf<'Issuer'>): Issuer {
  const { jwks, jwksUri, ...spec } = structuredClone(manifest.spec);
  return deepFreeze({
    ...spec,
    uid,
    name: manifest.metadata.name,
    keys: jwks === undefined ? { kind: 'remote', url: jwksUri ?? '' } : { kind: 'static', jwks },
  });
}

function credentialOf({ env, file }: ManifestOf<'MCPServer'>['spec']['credential']): Credential {
  if (env !== undefined) return Object.freeze({ kind: 'bearer', env });
  return Object.freeze(file === undefined ? { kind: 'none' } : { kind: 'bearer', file });
}

function referred<T>(items: ReadonlyMap<string, T>, name: string): T {
  const item = items.get(name);
  if (item === undefined)
    throw new Error(`the registry refers to \`${name}\`, which validation should have found missing`);
  return item;
}
