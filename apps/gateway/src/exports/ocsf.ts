// OCSF 1.9 API Activity (class 6003) with the profiles that carry a decision and its proof: who may call what is the
// security control, the record is attested and chained. Names of fields, types and numbers of enums are held to the
// published definitions by a test.
import { canonicalJson, digestOf, type EntryHeader } from '@countersign/audit';
import { type Facts, factsOf, isTakenBack } from './facts.ts';
import { activityOf, apiOf, dropEmpty, endpoints, type Members, outcomeMembers } from './ocsf-members.ts';
import { severityOf } from './severity.ts';
import { isoTime, jsonLine, milliseconds, shortened } from './text.ts';
import type { ExportContext, ExportedEntry, ExportFormat } from './types.ts';

const OCSF_VERSION = '1.9.0';
const PROFILES = ['ai_operation', 'record_integrity', 'security_control', 'trace'];
const CLASS_UID = 6003;
const MAX_TEXT = 8192;
const UNKNOWN = 'Unknown';

const SEVERITY = {
  info: [1, 'Informational'],
  low: [2, 'Low'],
  medium: [3, 'Medium'],
  high: [4, 'High'],
} as const;

export interface PreviousEvent {
  readonly uid: string;
  readonly typeUid: number;
  readonly fingerprint: string;
}

export const ocsf: ExportFormat = {
  what: 'OCSF 1.9 API Activity events, one a line, each attested by a fingerprint and chained to the one before',
  mediaType: 'application/x-ndjson; charset=utf-8',
  extension: 'ocsf.jsonl',
  isSigned: false,
  async *write(entries, context) {
    let previous: PreviousEvent | null = null;
    for await (const entry of entries) {
      const { event, self } = await attestedEvent(entry, context, previous);
      yield `${jsonLine(event)}\n`;
      previous = self;
    }
  },
};

/** The event of an entry, with its place behind `previous`: the fingerprint is over the whole event but itself. */
async function attestedEvent(
  entry: ExportedEntry,
  context: Pick<ExportContext, 'origin' | 'version' | 'headerAt'>,
  previous: PreviousEvent | null,
): Promise<{ readonly event: Members; readonly self: PreviousEvent }> {
  const facts = await factsOf(entry, context);
  const uid = `${context.origin}#${entry.index}`;
  const attestation: Members = {
    uid,
    authority_uid: context.origin,
    chain_uid: `${context.origin}/ocsf`,
    ...(previous === null
      ? {}
      : {
          prev_event: {
            uid: previous.uid,
            type_uid: previous.typeUid,
            fingerprint: fingerprintOf(previous.fingerprint),
          },
        }),
  };
  const bare = eventOf(entry, facts, context, uid);
  const value = digestOf(canonicalJson({ ...bare, attestation_list: [attestation] }));
  const event = { ...bare, attestation_list: [{ ...attestation, fingerprint: fingerprintOf(value) }] };
  return { event, self: { uid, typeUid: typeUidOf(entry, facts), fingerprint: value } };
}

// 3 SHA-256, 2 JCS, 1 Hex.
function fingerprintOf(value: string): Members {
  return {
    algorithm: 'SHA-256',
    algorithm_id: 3,
    serialization: 'JCS',
    serialization_id: 2,
    encoding: 'Hex',
    encoding_id: 1,
    value,
  };
}

function typeUidOf({ header }: ExportedEntry, facts: Facts): number {
  return CLASS_UID * 100 + activityOf(header, facts)[0];
}

function eventOf(
  entry: ExportedEntry,
  facts: Facts,
  { origin, version }: Pick<ExportContext, 'origin' | 'version'>,
  uid: string,
): Members {
  const { header, headerText, leaf } = entry;
  const [severityId, severity] = SEVERITY[severityOf(header)];
  const [activityId, activity] = activityOf(header, facts);
  return dropEmpty({
    activity_id: activityId,
    activity_name: activity,
    category_name: 'Application Activity',
    category_uid: 6,
    class_name: 'API Activity',
    class_uid: CLASS_UID,
    type_uid: typeUidOf(entry, facts),
    type_name: `API Activity: ${activity}`,
    severity_id: severityId,
    severity,
    time: milliseconds(header.time),
    message: cut(facts.sentence),
    metadata: dropEmpty({
      version: OCSF_VERSION,
      product: { name: 'Countersign', vendor_name: 'Countersign', version },
      profiles: PROFILES,
      uid,
      original_event_uid: leaf,
      correlation_uid: header.chain?.id ?? null,
      event_code: header.kind,
      log_name: origin,
      log_version: header.v,
      original_time: isoTime(header.time),
      sequence: entry.index,
    }),
    actor: actorOf(header, facts),
    api: apiOf(entry, facts),
    ...endpoints(entry, facts),
    ai_agent:
      facts.agent.id === null ? null : dropEmpty({ uid: facts.agent.id, name: cut(facts.agent.name) }),
    policy: policyOf(facts),
    trace: facts.trace === null ? null : { uid: facts.trace.traceId },
    ...outcomeMembers(header, facts),
    raw_data: headerText,
    raw_data_size: Buffer.byteLength(headerText),
    unmapped: unmappedOf(entry, facts),
  });
}

/** The person or subject where one is known, else the agent or the node: the class requires an actor. */
function actorOf(header: ExportedEntry['header'], { person, subject, agent }: Facts): Members {
  if (person.id !== null || person.name !== null) {
    return { user: dropEmpty({ uid: person.id, name: cut(person.name), type: 'User', type_id: 1 }) };
  }
  if (header.kind === 'approval.closed') return { user: closerOf(header) };
  if (subject !== null) return { user: { name: cut(subject), type: 'User', type_id: 1 } };
  const uid = agent.id ?? header.node;
  return { user: dropEmpty({ uid, name: cut(agent.name), type: 'Service', type_id: 4 }) };
}

/**
 * Of a request that nobody known ended. That time ran out, or that whoever asked went away, is not the agent's doing but the
 * node's. `name` is what the class calls a value that is required and not known.
 */
function closerOf(header: EntryHeader<'approval.closed'>): Members {
  switch (isTakenBack(header)) {
    case true:
      return { name: UNKNOWN, type: 'User', type_id: 1 };
    case false:
      return { uid: header.node, type: 'Service', type_id: 4 };
    case null:
      return { name: UNKNOWN, type: UNKNOWN, type_id: 0 };
  }
}

function policyOf({ policySet, policies }: Facts): Members | null {
  if (policySet === null && policies.length === 0) return null;
  return dropEmpty({ uid: policySet, name: cut(policies.join(' ') || null) });
}

function unmappedOf({ header, erased }: ExportedEntry, facts: Facts): Members {
  return dropEmpty({
    kind: header.kind,
    call: header.call,
    chain: header.chain?.id ?? null,
    approval: facts.approval,
    parent: facts.parent,
    reason: facts.reason,
    owner: cut(facts.owner),
    team: cut(facts.team),
    duration_us: facts.durationUs,
    first_byte_us: facts.firstByteUs,
    erased: erased.length === 0 ? null : [...erased],
  });
}

// The fingerprint is over UTF-8, which has no lone surrogates.
function cut(text: string | null): string | null {
  return text === null ? null : shortened(text, MAX_TEXT).toWellFormed();
}
