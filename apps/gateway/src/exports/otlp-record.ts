// An entry as an OpenTelemetry log record: event name, claimed trace, attributes in our own namespace. No convention names
// approvals and authorization yet (audit-log.md 4), so nothing here pretends to one. Plain data: neither SDK nor network.
import { type Facts, factsOf } from './facts.ts';
import { severityOf } from './severity.ts';
import { shortened } from './text.ts';
import type { ExportContext, ExportedEntry } from './types.ts';

/** Collectors are commonly set to cut or drop longer values. */
const MAX_VALUE = 4096;

export type AttributeValue = string | number | readonly string[];

/** `severityNumber` as the OpenTelemetry log data model has it: 9 INFO, 10 INFO2, 13 WARN, 17 ERROR. */
export interface LogRecord {
  readonly eventName: string;
  /** Microseconds since the epoch. */
  readonly timeUs: number;
  readonly severityNumber: 9 | 10 | 13 | 17;
  readonly severityText: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly trace: Facts['trace'];
}

const SEVERITY = {
  info: [9, 'INFO'],
  low: [10, 'INFO2'],
  medium: [13, 'WARN'],
  high: [17, 'ERROR'],
} as const;

type Read = (entry: ExportedEntry, facts: Facts, origin: string) => AttributeValue | null;

/** Attributes by name. Those without a value are left out. */
const ATTRIBUTES = {
  'countersign.log.origin': (_, __, origin) => origin,
  'countersign.log.index': ({ index }) => index,
  'countersign.log.leaf': ({ leaf }) => leaf,
  'countersign.node.id': ({ header }) => header.node,
  'countersign.call.id': ({ header }) => header.call,
  'countersign.call.parent': (_, { parent }) => parent,
  'countersign.call.operation': (_, { operation }) => operation,
  'countersign.call.outcome': (_, { outcome }) => outcome,
  'countersign.call.http_status': (_, { httpStatus }) => httpStatus,
  'countersign.call.duration_us': (_, { durationUs }) => durationUs,
  'countersign.call.first_byte_us': (_, { firstByteUs }) => firstByteUs,
  'countersign.chain.id': ({ header }) => header.chain?.id ?? null,
  'countersign.agent.id': (_, { agent }) => agent.id,
  'countersign.agent.name': (_, { agent }) => agent.name,
  'countersign.agent.owner': (_, { owner }) => owner,
  'countersign.subject': (_, { subject }) => subject,
  'countersign.person.id': (_, { person }) => person.id,
  'countersign.person.name': (_, { person }) => person.name,
  'countersign.upstream.id': (_, { upstream }) => upstream.id,
  'countersign.upstream.name': (_, { upstream }) => upstream.name,
  'countersign.resource': (_, { resource }) => resource,
  'countersign.decision': (_, { decision }) => decision,
  'countersign.reason': (_, { reason }) => reason,
  'countersign.policies': (_, { policies }) => (policies.length === 0 ? null : policies),
  'countersign.policy.set': (_, { policySet }) => policySet,
  'countersign.approval.id': (_, { approval }) => approval,
} as const satisfies Readonly<Record<string, Read>>;

export const OTLP_ATTRIBUTES: readonly string[] = Object.keys(ATTRIBUTES);

export async function logRecord(
  entry: ExportedEntry,
  context: Pick<ExportContext, 'origin' | 'headerAt'>,
): Promise<LogRecord> {
  const facts = await factsOf(entry, context);
  const { header } = entry;
  const [severityNumber, severityText] = SEVERITY[severityOf(header)];
  const word = facts.decision ?? facts.outcome;
  return {
    eventName: `countersign.${header.kind}`,
    timeUs: header.time,
    severityNumber,
    severityText,
    body: wellFormed(facts.sentence ?? (word === null ? header.kind : `${header.kind} ${word}`)),
    attributes: Object.fromEntries(
      Object.entries<Read>(ATTRIBUTES).flatMap(([name, read]) => {
        const value = read(entry, facts, context.origin);
        return value === null ? [] : [[name, bounded(value)]];
      }),
    ),
    trace: facts.trace,
  };
}

function bounded(value: AttributeValue): AttributeValue {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? wellFormed(value) : value.map(wellFormed);
}

// A lone surrogate has no UTF-8: an encoder may refuse the whole batch for it.
function wellFormed(text: string): string {
  return shortened(text, MAX_VALUE).toWellFormed();
}
