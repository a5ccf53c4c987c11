// The searchable index of calls as a pure function of the log: an entry in, changes of the `calls` table out. The writer
// applies them in the entry's own transaction, and a rebuild applies them to the whole log, with the same result.
import { type EntryDraft, type EntryHeader, fromUtf8 } from '@countersign/audit';
import {
  type CallChange,
  changeOf,
  nameChange,
  type NamedChange,
  placeChange,
  type UnplacedChange,
} from './call-changes.ts';

/** The details of one entry that are still there (an erased one is missing), by name: UTF-8, or the text that becomes it. */
export interface Details {
  get(name: string): Uint8Array | string | undefined;
}

/** What is projected of an entry before it has a place. */
export type Projected<K extends EntryDraft['kind'] = EntryDraft['kind']> = {
  [P in K]: Omit<EntryDraft<P>, 'details'>;
}[K];

type Decided = Projected<'call.decided'>;

const STATE_OF_DECISION = { allow: 'open', deny: 'denied', hold: 'held' } as const;

/** Throws a TypeError for a detail that is not the JSON it has to be: the writer made it, so that is a bug. */
export function project(header: EntryHeader, details: Details): readonly CallChange[] {
  const { chain } = header;
  const draft = { ...header, chain: chain === null ? null : chain.id } as Projected;
  return projectDraft(draft, details).map((change) => placeChange(change, header));
}

/** The same with the names of columns. */
export const projectNamed = (header: EntryHeader, details: Details): readonly NamedChange[] =>
  project(header, details).map(nameChange);

/** The first half of `project`, for which the place need not be known. */
export function projectDraft(header: Projected, details: Details): readonly UnplacedChange[] {
  switch (header.kind) {
    case 'call.decided':
      return [decided(header, details), ...retried(header)];
    case 'call.completed': {
      const end = completed(header, stringsIn(details, 'labels'));
      // A held call can only be given up by its caller.
      return header.body.outcome === 'aborted' ? [end('open'), end('held')] : [end('open')];
    }
    case 'call.unknown':
      return [changeOf('ended', { state: 'unknown' }, [header.call, 'open'])];
    case 'approval.reviewed':
      return header.body.state === 'rejected' ? [refused(header.body.approval)] : [];
    case 'approval.closed':
      return [refused(header.body.approval)];
    // A task outlives its call, and has a table of its own.
    case 'task.settled':
    case 'push.notified':
    case 'card.checked':
    case 'log.opened':
    case 'node.started':
    case 'node.stopped':
    case 'approval.requested':
    case 'registry.changed':
    case 'catalog.changed':
    case 'policy.activated':
    case 'policy.refused':
    case 'policy.shadowed':
    case 'policy.differed':
    case 'definition.accepted':
    case 'change.proposed':
    case 'change.reviewed':
    case 'change.closed':
    case 'exposure.cleared':
    case 'reject.summary':
    case 'traffic.summary':
    case 'stream.segment':
    case 'admin.action':
    case 'config.changed':
    case 'key.created':
    case 'key.rotated':
    case 'key.revoked':
    case 'log.read':
    case 'log.exported':
    case 'log.redacted':
    case 'log.pruned':
    case 'log.gap':
    case 'legal_hold.changed':
    case 'clock.stepped':
    case 'checkpoint.published':
    case 'checkpoint.received':
      return [];
  }
}

function completed(
  { call, body }: Projected<'call.completed'>,
  labels: readonly string[],
): (state: 'open' | 'held') => UnplacedChange {
  const said = {
    state: 'completed',
    outcome: body.outcome,
    http_status: body.status,
    duration_us: body.durationUs,
  };
  return (state) =>
    labels.length === 0
      ? changeOf('completed', said, [call, state])
      : changeOf('completedWithLabels', { ...said, brought: JSON.stringify(labels) }, [call, state]);
}

/** All calls that wait for an approval end when it is refused. */
const refused = (approval: string): UnplacedChange =>
  changeOf('refused', { state: 'denied' }, [approval, 'held']);

/** A call that redeems an approval ends those that were told to come back for it; none of them will be sent. */
function retried({ body }: Decided): UnplacedChange[] {
  if (body.decision !== 'allow' || body.approval === null) return [];
  return [changeOf('retried', { state: 'completed', outcome: 'retried' }, [body.approval, 'held'])];
}

function decided(header: Decided, details: Details): UnplacedChange {
  const caller = objectIn(details, 'caller');
  const resource = objectIn(details, 'resource');
  const { body } = header;
  if (header.chain === null) throw new TypeError('a decided call belongs to a chain');
  const said = {
    id: header.call,
    chain: header.chain,
    parent: body.parent,
    link: body.link,
    depth: body.depth,
    protocol: body.protocol,
    revision: body.revision,
    operation: body.operation,
    agent_uid: header.agent,
    agent: textOf(caller, 'agent'),
    owner: textOf(caller, 'owner'),
    team: textOf(caller, 'team'),
    subject: textOf(objectIn(details, 'subject'), 'subject'),
    upstream_uid: body.upstream,
    upstream: textOf(resource, 'upstream'),
    resource: textOf(resource, 'name'),
    agents: JSON.stringify(stringsIn(details, 'actors')),
    decision: body.decision,
    reason: body.reason,
    policies: JSON.stringify(policyIds(objectIn(details, 'explanation'))),
    approval: body.approval,
    sentence: textIn(details, 'sentence'),
    trace_id: textOf(objectIn(details, 'trace'), 'traceId'),
    labels: JSON.stringify(stringsIn(details, 'labels')),
    brought: '[]',
    state: STATE_OF_DECISION[body.decision],
    round: body.round,
    outcome: null,
    http_status: null,
    duration_us: null,
  };
  return body.decision === 'deny'
    ? changeOf('denied', said)
    : changeOf('decided', { ...said, ended_index: null, ended_at: null });
}

function policyIds(explanation: JsonObject | null): readonly string[] {
  const ids = [...listOf(explanation, 'determining'), ...listOf(explanation, 'guards')].flatMap((policy) => {
    const id = isObject(policy) ? policy['id'] : undefined;
    return typeof id === 'string' ? [id] : [];
  });
  return [...new Set(ids)];
}

type JsonObject = Readonly<Record<string, unknown>>;

function textIn(details: Details, name: string): string | null {
  const value = details.get(name);
  if (value === undefined) return null;
  // UTF-8 has no lone surrogates: what is read back later has replacement characters in their place.
  if (typeof value === 'string') return value.toWellFormed();
  const text = fromUtf8(value);
  if (text === null) throw new TypeError(`detail \`${name}\` is not UTF-8`);
  return text;
}

function jsonIn(details: Details, name: string): unknown {
  const text = textIn(details, name);
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TypeError(`detail \`${name}\` is not JSON`, { cause: error });
  }
}

function objectIn(details: Details, name: string): JsonObject | null {
  const value = jsonIn(details, name);
  if (value === null) return null;
  if (!isObject(value)) throw new TypeError(`detail \`${name}\` is not a JSON object`);
  return value;
}

function stringsIn(details: Details, name: string): readonly string[] {
  const value = jsonIn(details, name) ?? [];
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw new TypeError(`detail \`${name}\` is not a JSON array of strings`);
  }
  return value;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(object: JsonObject | null, member: string): string | null {
  const value = object?.[member];
  return typeof value === 'string' ? value : null;
}

function listOf(object: JsonObject | null, member: string): readonly unknown[] {
  const value = object?.[member];
  return Array.isArray(value) ? value : [];
}
