// What the admin API says, as zod schemas: one definition gives validation, the OpenAPI document and the types of
// the console and the CLI (DESIGN section 10). Shapes only: no reading, no rules. Times are RFC 3339 in UTC.
import { z } from '@hono/zod-openapi';

const time = z.iso.datetime().openapi({ description: 'RFC 3339, UTC, milliseconds' });
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const index = z.int().nonnegative().openapi({ description: 'position in the log, from 0' });
/** Any JSON value, as a policy or a token carried it. */
const json = z.unknown().openapi({ description: 'any JSON value' });

export const ErrorBody = z
  .object({ error: z.object({ code: z.string(), message: z.string() }) })
  .openapi('Error', { description: 'every refusal has this shape' });

export const Decision = z.enum(['allow', 'deny', 'hold']);
export const ChainLink = z.enum(['root', 'verified', 'claimed', 'unlinked']);
export const CallState = z.enum(['denied', 'held', 'open', 'completed', 'unknown']);
export const Role = z.enum(['admin', 'viewer', 'approver']);
export const ApprovalState = z.enum(['pending', 'approved', 'rejected', 'expired', 'withdrawn', 'consumed']);
export const RiskName = z.enum(['low', 'medium', 'high']);

/** One row of the searchable projection. Personal members are null once they were erased. */
export const Call = z
  .object({
    id: z.string(),
    chain: z.string(),
    parent: z.string().nullable(),
    link: ChainLink,
    depth: z.int(),
    protocol: z.string(),
    revision: z.string(),
    operation: z.string(),
    agent: z.string().nullable().openapi({ description: 'null for a caller that nobody registered' }),
    owner: z.string().nullable(),
    team: z.string().nullable(),
    subject: z.string().nullable(),
    upstream: z.string().nullable(),
    resource: z.string().nullable(),
    agents: z.array(z.string()).openapi({ description: 'agents acting, root first, caller last' }),
    decision: Decision,
    reason: z.string(),
    policies: z.array(z.string()).openapi({ description: 'ids of the determining policies' }),
    approval: z.string().nullable(),
    sentence: z.string().nullable().openapi({ description: 'who called what and why it was decided so' }),
    traceId: z.string().nullable(),
    state: CallState,
    round: z.int(),
    outcome: z.string().nullable(),
    httpStatus: z.int().nullable(),
    durationUs: z.int().nullable(),
    decidedIndex: index,
    endedIndex: index.nullable(),
    startedAt: time,
    endedAt: time.nullable(),
  })
  .openapi('Call');

export const CallPage = z
  .object({
    calls: z.array(Call),
    nextCursor: z.string().nullable(),
    asOf: z
      .int()
      .openapi({ description: 'size of the log before the page was read: stream from here to miss nothing' }),
  })
  .openapi('CallPage');

/** One attribute that a policy read; `value` is absent where the attribute was. */
export const Read = z.object({ path: z.string(), value: json.optional() }).openapi('Read');
export const Policy = z
  .object({
    id: z.string(),
    effect: z.enum(['permit', 'forbid']),
    file: z.string(),
    line: z.int(),
    column: z.int(),
    description: z.string().nullable(),
    owner: z.string().nullable(),
    text: z.string(),
    reads: z.array(Read),
  })
  .openapi('Policy');
export const NearestPermit = Policy.extend({
  failed: z.array(z.string()).openapi({ description: 'Cedar text of each condition that did not hold' }),
}).openapi('NearestPermit');
export const GuardTerms = z
  .object({
    id: z.string(),
    group: z.string(),
    quorum: z.int(),
    reasonRequired: z.boolean(),
    expiresMs: z.int(),
  })
  .openapi('GuardTerms');

export const Why = z
  .object({
    determining: z.array(Policy),
    nearest: z.array(NearestPermit),
    guards: z.array(GuardTerms),
    errors: z.array(z.object({ policy: z.string(), message: z.string() })),
    labels: z.array(z.string()).openapi({ description: 'labels that the matched permits added' }),
    policySet: digest.nullable(),
    schema: digest.nullable(),
  })
  .openapi('Why');

export const EntryRef = z
  .object({
    index,
    kind: z.string(),
    leaf: digest,
    time,
    erased: z
      .array(z.string())
      .openapi({ description: 'detail fields that the entry commits to and the store no longer holds' }),
    intact: z.boolean().openapi({
      description: 'the header hashes to its leaf, and every stored detail matches its commitment',
    }),
  })
  .openapi('EntryRef');

const bytesDigest = z.object({ sha256: digest, bytes: z.int() });

export const CallDetail = z
  .object({
    call: Call,
    why: Why.nullable().openapi({
      description: 'null where no policy was asked, or the explanation was erased',
    }),
    labels: z.array(z.string()).openapi({ description: 'labels that the call carries' }),
    caller: json.openapi({ description: 'any JSON value; null where erased' }),
    token: json
      .openapi({ description: 'any JSON value; null where erased' })
      .openapi({ description: 'facts of the token, never the token' }),
    actors: z.array(z.string()),
    request: z.object({
      params: z.string().nullable().openapi({ description: 'JSON text as received' }),
      rx: bytesDigest.nullable(),
      tx: bytesDigest.nullable(),
    }),
    result: z.string().nullable().openapi({ description: 'as stored; null when not stored or erased' }),
    error: z.string().nullable(),
    entries: z.array(EntryRef),
    receipt: z.object({ origin: z.string(), index, leaf: digest }),
  })
  .openapi('CallDetail');

/** One entry that moved a call or an approval; `call` is the row as it is now, which may be newer than the entry. */
export const StreamEvent = z
  .object({
    index,
    kind: z.string(),
    leaf: digest,
    time,
    call: Call.nullable(),
    approval: z.string().nullable(),
  })
  .openapi('StreamEvent');

export const Chain = z
  .object({
    id: z.string(),
    openedAt: time,
    labels: z.array(z.string()),
    truncated: z.boolean().openapi({ description: 'the chain has more calls than are shown' }),
    hops: z.array(z.object({ level: z.int(), call: Call })).openapi({
      description:
        'the tree in preorder: a hop belongs under the nearest earlier one whose level is one less',
    }),
  })
  .openapi('Chain');

export const Agent = z
  .object({
    uid: z.string(),
    name: z.string(),
    owner: z.object({ name: z.string(), email: z.string() }),
    team: z.string(),
    purpose: z.string(),
    capabilities: z.array(z.string()),
    risk: RiskName,
    environment: z.string(),
    labels: z.array(z.string()),
    status: z.enum(['active', 'quarantined', 'retired']),
    identities: z.array(z.object({ issuer: z.string(), claim: z.string(), value: z.string() })),
  })
  .openapi('Agent');
export const AgentList = z.object({ agents: z.array(Agent) }).openapi('AgentList');
export const AgentDetail = z
  .object({
    agent: Agent,
    exposure: z
      .array(z.string())
      .openapi({ description: 'labels of data it saw within the exposure window' }),
    recent: z.array(Call),
  })
  .openapi('AgentDetail');

export const Upstream = z
  .object({
    uid: z.string(),
    name: z.string(),
    kind: z.enum(['mcp', 'a2a']),
    url: z.string(),
    endpoint: z.string().openapi({ description: 'path on the data plane under which agents reach it' }),
    team: z.string(),
    environment: z.string(),
    risk: RiskName,
    labels: z.array(z.string()),
    tools: z
      .int()
      .nullable()
      .openapi({ description: 'tools in the catalogue; null when it was never listed' }),
    fetchedAt: time.nullable(),
  })
  .openapi('Upstream');
export const UpstreamList = z.object({ upstreams: z.array(Upstream) }).openapi('UpstreamList');

export const User = z
  .object({
    uid: z.string(),
    name: z.string(),
    email: z.string(),
    groups: z.array(z.string()),
    active: z.boolean(),
  })
  .openapi('User');
export const UserList = z.object({ users: z.array(User) }).openapi('UserList');

export const PolicySource = z.object({ file: z.string(), text: z.string() }).openapi('PolicySource');
export const PolicyDiagnostic = z
  .object({
    severity: z.enum(['error', 'warning']),
    file: z.string(),
    line: z.int(),
    column: z.int(),
    message: z.string(),
  })
  .openapi('PolicyDiagnostic');
export const Policies = z
  .object({
    active: z
      .object({ digest, author: z.string(), activatedAt: time, sources: z.array(PolicySource) })
      .nullable()
      .openapi({ description: 'null: every call is denied' }),
    refused: z
      .object({ at: time, diagnostics: z.array(PolicyDiagnostic) })
      .nullable()
      .openapi({ description: 'the last candidate that did not validate; null once a later one went live' }),
    degraded: z
      .boolean()
      .openapi({ description: 'what should be in force is not: it was refused, or could not be recorded' }),
  })
  .openapi('Policies');

export const Review = z
  .object({
    id: z.string(),
    reviewer: z.string(),
    verdict: z.enum(['approve', 'reject']),
    reason: z.string(),
    reviewedAt: time,
  })
  .openapi('Review');
export const Approval = z
  .object({
    id: z.string(),
    state: ApprovalState,
    call: z.string(),
    chain: z.string(),
    agent: z.string(),
    owner: z.string().nullable(),
    subject: z.string(),
    operation: z.string(),
    upstream: z.string(),
    resource: z.string(),
    sentence: z.string(),
    params: z.string().openapi({ description: 'exact JSON text of what will be sent on' }),
    guards: z.array(
      z.object({
        policy: z.string(),
        group: z.string(),
        quorum: z.int(),
        reasonRequired: z.boolean(),
        description: z.string().nullable(),
      }),
    ),
    quorum: z.int(),
    reviews: z.array(Review),
    requestedAt: time,
    expiresAt: time,
    decidedAt: time.nullable(),
    consumedBy: z.string().nullable().openapi({ description: 'the call that redeemed the grant' }),
  })
  .openapi('Approval');
export const ApprovalList = z
  .object({
    approvals: z.array(Approval),
    now: time.openapi({ description: 'the gateway’s clock, for countdowns' }),
  })
  .openapi('ApprovalList');
export const ReviewRequest = z
  .strictObject({ verdict: z.enum(['approve', 'reject']), reason: z.string().max(2000) })
  .openapi('ReviewRequest');

export const Checkpoint = z
  .object({
    size: z.int(),
    root: digest,
    note: z.string(),
    time: time.openapi({ description: 'time of the newest entry covered' }),
  })
  .openapi('Checkpoint');
export const CheckpointList = z.object({ checkpoints: z.array(Checkpoint) }).openapi('CheckpointList');

/** `verified`: entries 0..verifiedTo-1 were recomputed and hold. `broken`: entry `brokenAt` does not. */
export const Verification = z
  .object({
    state: z.enum(['verifying', 'verified', 'broken']),
    verifiedTo: z.int(),
    brokenAt: z.int().nullable(),
    message: z.string().nullable(),
    checkedAt: time.nullable(),
  })
  .openapi('Verification');
export const Log = z
  .object({
    origin: z.string(),
    size: z.int(),
    headLeaf: digest,
    checkpoint: z
      .object({ size: z.int(), time })
      .nullable()
      .openapi({ description: 'the newest signed one; time of the newest entry it covers' }),
    verification: Verification,
  })
  .openapi('Log');

export const ApplyRequest = z
  .strictObject({
    manifests: z.string().max(4_000_000).openapi({ description: 'YAML, several documents allowed' }),
  })
  .openapi('ApplyRequest');
export const ApplyResult = z
  .object({
    changes: z.array(
      z.object({
        op: z.enum(['created', 'updated', 'deleted', 'unchanged']),
        kind: z.string(),
        name: z.string(),
      }),
    ),
  })
  .openapi('ApplyResult');

export const TokenRequest = z
  .strictObject({
    roles: z.array(Role).min(1).max(3).optional().openapi({ description: 'default: approver' }),
    expiresInHours: z.int().min(1).max(8784).optional(),
  })
  .openapi('TokenRequest');
export const IssuedToken = z
  .object({ token: z.string(), user: z.string(), roles: z.array(Role), expiresAt: time.nullable() })
  .openapi('IssuedToken', { description: 'the token is shown once and never stored' });

export const Session = z
  .object({ user: z.string(), roles: z.array(Role), expiresAt: time.nullable() })
  .openapi('Session');

export const Health = z.object({ status: z.enum(['ok', 'unavailable']) }).openapi('Health');
