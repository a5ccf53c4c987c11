// Calls: rows, pages, one call in full, the live stream, chains. Shapes only: no reading, no rules (DESIGN section 10).
import { z } from '@hono/zod-openapi';
import { Approval } from './approvals.ts';
import { digest, index, json, time } from './common.ts';
import { InclusionProof } from './log-proofs.ts';

export const Decision = z.enum(['allow', 'deny', 'hold']);

export const ChainLink = z.enum(['root', 'verified', 'claimed', 'unlinked']);

const CallState = z.enum(['denied', 'held', 'open', 'completed', 'unknown']);

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
    labels: z
      .array(z.string())
      .openapi({ description: 'labels that it carried, and those its answer brought' }),
    state: CallState,
    round: z.int(),
    outcome: z.string().nullable(),
    httpStatus: z.int().nullable(),
    durationUs: z.int().nullable(),
    firstIndex: index.openapi({ description: 'entry of its first decision: the order of lists' }),
    decidedIndex: index,
    endedIndex: index.nullable(),
    startedAt: time,
    endedAt: time.nullable(),
    tampered: z.boolean().openapi({
      description: 'this row is not what the log says of the call: somebody changed it beside the gateway',
    }),
  })
  .openapi('Call');

export const OlderCalls = z
  .object({
    to: z.int().openapi({ description: 'entries with smaller indexes are in archives' }),
    before: time.openapi({
      description: 'calls that began before may be among them, and are not found here',
    }),
  })
  .openapi('OlderCalls', {
    description: 'an export finds them; entries `log.pruned` say where the archives are',
  });

/** Null where nothing that was asked for can be in an archive. */
const archived = OlderCalls.nullable();

export const CallPage = z
  .object({
    calls: z.array(Call),
    nextCursor: z.string().nullable().openapi({ description: 'null where nothing older fits' }),
    prevCursor: z.string().nullable().openapi({
      description: 'goes on from the newest call of this page with `direction=newer`; null for an empty page',
    }),
    asOf: z
      .int()
      .openapi({ description: 'size of the log before the page was read: stream from here to miss nothing' }),
    archived,
  })
  .openapi('CallPage');

export const CallCounts = z
  .object({
    calls: z.int(),
    isMore: z.boolean().openapi({ description: 'there are more; counted were the newest' }),
    facets: z.record(z.string(), z.array(z.object({ value: z.string(), count: z.int() }))).openapi({
      description: 'by the name of a filter, the values that occur most',
    }),
    archived,
  })
  .openapi('CallCounts');

/** One attribute that a policy read; `value` is absent where the attribute was, or where it is not shown. */
const Read = z
  .object({
    path: z.string(),
    value: json.optional(),
    withheld: z
      .literal(true)
      .optional()
      .openapi({ description: 'part of what was sent; shown when revealed' }),
  })
  .openapi('Read');

const Policy = z
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

const NearestPermit = Policy.extend({
  failed: z.array(z.string()).openapi({ description: 'Cedar text of each condition that did not hold' }),
}).openapi('NearestPermit');

const GuardTerms = z
  .object({
    id: z.string(),
    group: z.string(),
    quorum: z.int(),
    reasonRequired: z.boolean(),
    expiresMs: z.int(),
    approvers: z
      .array(z.object({ name: z.string(), email: z.string(), isOwner: z.boolean() }))
      .openapi({ description: 'who can approve as the registry is now; the agent’s owner never alone' }),
  })
  .openapi('GuardTerms');

export const Why = z
  .object({
    determining: z.array(Policy),
    nearest: z.array(NearestPermit),
    guards: z.array(GuardTerms),
    errors: z.array(z.object({ policy: z.string(), message: z.string() })),
    unrepresentable: z
      .array(z.object({ path: z.string(), why: z.string() }))
      .openapi({ description: 'arguments that no policy could be shown' }),
    labels: z.array(z.string()).openapi({ description: 'labels that the matched permits added' }),
    policySet: digest.nullable(),
    schema: digest.nullable(),
  })
  .openapi('Why');

const EntryRef = z
  .object({
    index,
    kind: z.string(),
    leaf: digest,
    header: z.string().openapi({
      description: 'the header as it stands in the log: the leaf is the hash of exactly this text',
    }),
    time,
    erased: z
      .array(z.string())
      .openapi({ description: 'detail fields that the entry commits to and the store no longer holds' }),
    isKeyLost: z.boolean().openapi({
      description: 'detail fields are stored, and no key opens them: nothing was erased',
    }),
    intact: z.boolean().openapi({
      description: 'the header hashes to its leaf, and every stored detail matches its commitment',
    }),
  })
  .openapi('EntryRef');

const bytesDigest = z.object({ sha256: digest, bytes: z.int() });

const TimelineStep = z
  .object({
    kind: z.enum([
      'received',
      'decided',
      'held',
      'reviewed',
      'closed',
      'answered',
      'lost',
      'settled',
      'notified',
      'differed',
      'segment',
    ]),
    at: time,
    index: index
      .nullable()
      .openapi({ description: 'the entry that says so; null for `received`, which is worked out' }),
    approval: z
      .string()
      .nullable()
      .openapi({ description: 'the request that the step is about: a call may have several' }),
    decision: Decision.nullable().openapi({ description: 'of `differed`, what the shadow set says' }),
    reason: z.string().nullable(),
    verdict: z.enum(['approve', 'reject']).nullable(),
    by: z
      .string()
      .nullable()
      .openapi({ description: 'the reviewer; of `closed`, who took the approval back' }),
    outcome: z.string().nullable(),
  })
  .openapi('TimelineStep');

export const CallDetail = z
  .object({
    call: Call,
    timeline: z.array(TimelineStep).openapi({
      description:
        'in order of time; a call is sent on once its decision is on disk, which is no entry of its own',
    }),
    approval: Approval.omit({ params: true })
      .nullable()
      .openapi({ description: 'the request that it waited for, or whose approval it used' }),
    similar: z.array(Call).openapi({
      description: 'earlier calls of the same agent on the same thing, the newest first; 20 at most',
    }),
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
    withheld: z.array(z.enum(['request', 'result', 'error', 'reads'])).openapi({
      description: 'what the call carried is null here: an auditor may reveal it, which is recorded',
    }),
    tampered: z.boolean().openapi({
      description: 'the row in the index is not what the log says: trust `entries`, and run `log fsck`',
    }),
    differences: z
      .array(z.object({ column: z.string(), shown: json, recorded: json }))
      .openapi({ description: 'what the index says, and what the log says' }),
    entries: z.array(EntryRef),
    receipt: z.object({ origin: z.string(), index, leaf: digest }),
  })
  .openapi('CallDetail');

export const CallProofs = z
  .object({
    size: index.openapi({ description: 'entries in the newest checkpoint' }),
    checkpoint: z.string().nullable().openapi({ description: 'its signed note' }),
    proofs: z.array(InclusionProof).openapi({ description: 'of every entry of the call that it covers' }),
    uncovered: z.array(index).openapi({ description: 'entries that are newer than the checkpoint' }),
  })
  .openapi('CallProofs');

export const RevealRequest = z
  .strictObject({
    reason: z.string().trim().min(1, { error: 'say why you look' }).max(2000),
  })
  .openapi('RevealRequest');

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

export const ChainPage = z
  .object({
    chains: z.array(
      z.object({
        id: z.string(),
        calls: z.int().openapi({ description: 'how many of its calls were asked for' }),
        isMore: z.boolean().openapi({ description: 'there are more than that' }),
        newest: Call.openapi({ description: 'the newest of them' }),
      }),
    ),
    nextCursor: z.string().nullable(),
    archived,
  })
  .openapi('ChainPage');

export const Chain = z
  .object({
    id: z.string(),
    openedAt: time,
    labels: z.array(z.string()),
    truncated: z.boolean().openapi({ description: 'the chain has more calls than are shown' }),
    archived,
    hops: z
      .array(
        z.object({
          level: z.int(),
          call: Call,
          carried: z.array(z.string()).openapi({
            description: 'those of its labels that it had when it was made; the others came with its answer',
          }),
        }),
      )
      .openapi({
        description:
          'the tree in preorder: a hop belongs under the nearest earlier one whose level is one less',
      }),
  })
  .openapi('Chain');
