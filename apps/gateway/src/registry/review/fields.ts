// What each field of the registry moves: the closed list by which a change waits for other people, or does not (DESIGN
// section 6, "One source of truth"). A field that is missing here does not compile. The parts of a field move as it does.
import type { Kind } from '../names.ts';
import { canonicalText } from '../objects.ts';
import type { ManifestOf } from '../schema.ts';

/**
 * - `policy`: policies read it, so that decisions made again show what changes
 * - `gateway`: it moves what happens to calls beside policy: who counts as whom, who may decide, where a call goes and
 *   with whose credential, what is recorded and returned. No decision that is made again shows it.
 */
export type Moves = 'policy' | 'gateway';

type Fields = {
  readonly [K in Kind]: Readonly<Record<keyof ManifestOf<K>['spec'], readonly Moves[]>>;
};

const POLICY = ['policy'] as const;
const GATEWAY = ['gateway'] as const;
const BOTH = ['policy', 'gateway'] as const;
const NOTHING = [] as const;

export const FIELDS: Fields = {
  Team: { description: NOTHING },
  Group: { description: NOTHING },
  User: { email: BOTH, displayName: NOTHING, groups: BOTH, active: BOTH, oidc: GATEWAY },
  Issuer: {
    issuer: GATEWAY,
    jwks: GATEWAY,
    jwksUri: GATEWAY,
    kind: GATEWAY,
    algorithms: GATEWAY,
    types: GATEWAY,
    agentClaim: GATEWAY,
    assurance: GATEWAY,
    maxTokenAgeSeconds: GATEWAY,
    clockToleranceSeconds: GATEWAY,
    audiences: GATEWAY,
  },
  Agent: {
    owner: BOTH,
    team: BOTH,
    purpose: POLICY,
    capabilities: POLICY,
    risk: POLICY,
    environment: POLICY,
    labels: BOTH,
    identities: GATEWAY,
    status: GATEWAY,
  },
  A2AAgent: {
    agent: GATEWAY,
    cardUrl: GATEWAY,
    url: GATEWAY,
    binding: GATEWAY,
    cardKeys: GATEWAY,
    cardSignature: GATEWAY,
    credential: GATEWAY,
    receipts: GATEWAY,
    redact: GATEWAY,
    mask: GATEWAY,
  },
  MCPServer: {
    url: GATEWAY,
    transport: GATEWAY,
    stdio: GATEWAY,
    team: POLICY,
    environment: POLICY,
    risk: POLICY,
    labels: BOTH,
    redact: GATEWAY,
    mask: GATEWAY,
    credential: GATEWAY,
    tools: BOTH,
    callToken: GATEWAY,
    toolPinning: GATEWAY,
    resultChecks: GATEWAY,
    receipts: GATEWAY,
  },
};

export function movesOf(kind: Kind, field: string): readonly Moves[] {
  const fields: Readonly<Record<string, readonly Moves[]>> = FIELDS[kind];
  const moves = Object.hasOwn(fields, field) ? fields[field] : undefined;
  if (moves === undefined) throw new TypeError(`\`${kind}.${field}\` is no field of the registry`);
  return moves;
}

/**
 * Whether a change only takes away, so that it never waits: an agent is stopped, a person leaves, a credential of an
 * agent is no longer its own. Whatever they could do before, they can do less.
 */
export function onlyTakesAway(kind: Kind, field: string, before: unknown, after: unknown): boolean {
  switch (`${kind}.${field}`) {
    case 'Agent.status':
      return after === 'quarantined' || after === 'retired';
    case 'User.active':
      return after === false;
    case 'Agent.identities':
      return isPart(after, before);
    default:
      return false;
  }
}

function isPart(part: unknown, whole: unknown): boolean {
  if (!Array.isArray(part) || !Array.isArray(whole)) return false;
  const known = new Set(whole.map(canonicalText));
  return part.every((item) => known.has(canonicalText(item)));
}
