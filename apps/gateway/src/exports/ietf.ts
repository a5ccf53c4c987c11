// A projection to the record types that draft-kuehlewind-audit-architecture-01 proposes: Interaction, Action, Delegation,
// Authorization Transition. The draft calls its field names placeholders and fixes no encoding, so there is nothing yet to
// conform to; each record names the draft it follows, and what we add stands under `countersign`.
import type { EntryHeader } from '@countersign/audit';
import { detailJson, detailObject, type JsonObject } from './entry.ts';
import { type Facts, factsOf, isTakenBack } from './facts.ts';
import { isoTime, jsonLine } from './text.ts';
import type { ExportContext, ExportedEntry, ExportFormat } from './types.ts';

export const AUDIT_DRAFT = 'draft-kuehlewind-audit-architecture-01';

type RecordType = 'interaction' | 'action' | 'delegation' | 'authorization_transition';

export const ietf: ExportFormat = {
  what: `records of the four types of ${AUDIT_DRAFT}, one a line; entries without a counterpart there are left out`,
  mediaType: 'application/x-ndjson; charset=utf-8',
  extension: 'ietf.jsonl',
  isSigned: false,
  async *write(entries, context) {
    for await (const entry of entries) {
      for (const record of await auditRecords(entry, context)) yield `${jsonLine(record)}\n`;
    }
  },
};

/** None, one, or several: a message to another agent is an action and hands authority on. */
export async function auditRecords(
  entry: ExportedEntry,
  context: Pick<ExportContext, 'origin' | 'headerAt'>,
): Promise<readonly object[]> {
  const facts = await factsOf(entry, context);
  return shapesOf(entry, facts).map(({ type, ...members }) => ({
    draft: AUDIT_DRAFT,
    event_id: eventId(context.origin, entry.index) + (type === 'delegation' ? '/delegation' : ''),
    trace_id: entry.header.chain?.id ?? entry.header.node,
    parent_id: parentOf(entry, type, context.origin),
    timestamp: isoTime(entry.header.time),
    type,
    ...members,
    countersign: {
      kind: entry.header.kind,
      index: entry.index,
      leaf: entry.leaf,
      call: entry.header.call,
      body: entry.header.body,
    },
  }));
}

type Shape = { readonly type: RecordType } & JsonObject;

function shapesOf(entry: ExportedEntry, facts: Facts): readonly Shape[] {
  const { header } = entry;
  switch (header.kind) {
    case 'call.decided':
      return [action(entry, facts), ...delegation(header, facts)];
    case 'call.completed':
    case 'call.unknown':
    case 'task.settled':
      return [action(entry, facts)];
    case 'approval.requested':
    case 'change.proposed':
      return [{ type: 'interaction', actor: actorOf(facts), interaction: { type: 'approval_request' } }];
    case 'approval.reviewed':
      return [
        {
          type: 'interaction',
          actor: actorOf(facts),
          interaction: { type: header.body.verdict === 'approve' ? 'approval' : 'refusal' },
        },
        ...(header.body.state === 'pending'
          ? []
          : [transition('pending', header.body.state, 'user_approval', facts)]),
      ];
    case 'change.reviewed':
      return [
        {
          type: 'interaction',
          actor: actorOf(facts),
          interaction: { type: header.body.verdict === 'approve' ? 'approval' : 'refusal' },
        },
      ];
    case 'approval.closed':
      return [closing(header, facts)];
    case 'policy.activated':
      return [transition(header.body.previous, header.body.set, header.body.cause, facts)];
    case 'definition.accepted':
      return [transition(header.body.previous, header.body.definition, 'definition_accepted', facts)];
    case 'registry.changed':
      return [transition(null, header.body.uid, `registry_${header.body.op}`, facts)];
    case 'exposure.cleared':
      return [transition(null, header.body.change, 'declassified', facts)];
    case 'key.revoked':
      return [transition(header.body.key, null, 'revoked', facts)];
    default:
      return [];
  }
}

function action(entry: ExportedEntry, facts: Facts): Shape {
  const actors = detailJson(entry, 'actors');
  const token = detailObject(entry, 'token');
  const expires = token?.['expiresAt'];
  return {
    type: 'action',
    actor: { type: 'agent', id: facts.agent.id, name: facts.agent.name },
    on_behalf_of: facts.subject === null ? null : { type: 'user', id: facts.subject },
    action: {
      type: facts.protocol,
      target: facts.resource ?? facts.upstream.name ?? facts.upstream.id,
      operation: facts.operation,
    },
    delegation_chain: Array.isArray(actors) ? actors : null,
    authorization: {
      decision: facts.decision,
      scope: token?.['scopes'] ?? null,
      expires_at:
        typeof expires === 'number' && expires < 8.64e12 ? new Date(expires * 1000).toISOString() : null,
      policy_set: facts.policySet,
      approval: facts.approval,
    },
    outcome: facts.outcome,
  };
}

/** Who sends a message to an agent lets it act, with what the message asks for. */
function delegation({ body, agent }: EntryHeader<'call.decided'>, facts: Facts): readonly Shape[] {
  const isMessage = body.operation === 'a2a:message/send' || body.operation === 'a2a:message/stream';
  if (body.decision !== 'allow' || !isMessage) return [];
  return [
    {
      type: 'delegation',
      delegator: { type: 'agent', id: agent, name: facts.agent.name },
      delegatee: { type: 'agent', id: facts.upstream.id, name: facts.upstream.name },
      scope: [body.operation],
      constraints: null,
    },
  ];
}

function transition(previous: string | null, next: string | null, trigger: string, facts: Facts): Shape {
  return {
    type: 'authorization_transition',
    previous_state: previous === null ? null : { state: previous },
    new_state: next === null ? null : { state: next },
    trigger: { type: trigger },
    actor: actorOf(facts),
  };
}

/** By a person, or by nobody: then it is the gateway's. An entry from before these were recorded tells neither. */
function closing(header: EntryHeader<'approval.closed'>, facts: Facts): Shape {
  const { previous = null, state } = header.body;
  const takenBack = isTakenBack(header);
  return {
    ...transition(previous, state, takenBack === true ? 'user_revocation' : state, facts),
    actor:
      takenBack === true ? userOf(facts) : { type: 'service', id: takenBack === null ? null : header.node },
  };
}

/** Without id and name: somebody, of whom no more is shown. */
const userOf = ({ person }: Facts): JsonObject => ({ type: 'user', id: person.id, name: person.name });

function actorOf(facts: Facts): JsonObject {
  const { person, agent } = facts;
  if (person.id !== null || person.name !== null) return userOf(facts);
  return agent.id === null
    ? { type: 'service', id: null }
    : { type: 'agent', id: agent.id, name: agent.name };
}

/** What motivated it: of an outcome its decision, else the chain's entry before, where that is in this log. */
function parentOf({ header, index }: ExportedEntry, type: RecordType, origin: string): string | null {
  if (type === 'delegation') return eventId(origin, index);
  if ('decided' in header.body) return eventId(origin, header.body.decided);
  const before = header.chain?.prevIndex ?? null;
  return before === null ? null : eventId(origin, before);
}

function eventId(origin: string, index: number): string {
  return `${origin}#${index}`;
}

/** For the documentation: the kinds that have a counterpart in the draft. */
export const AUDIT_RECORD_KINDS = [
  'call.decided',
  'call.completed',
  'call.unknown',
  'task.settled',
  'approval.requested',
  'approval.reviewed',
  'approval.closed',
  'change.proposed',
  'change.reviewed',
  'policy.activated',
  'definition.accepted',
  'registry.changed',
  'exposure.cleared',
  'key.revoked',
] as const;
