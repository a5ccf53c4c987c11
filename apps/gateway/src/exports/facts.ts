// What an entry says, flat, as formats of other systems ask for it: who, on whose behalf, what, decided how, with what
// outcome. Ids and words come from the header; names only from details that are disclosed.
import type { Decision, EntryHeader, Operation } from '@countersign/audit';
import { detailJson, detailObject, detailText, isObject, type JsonObject, member } from './entry.ts';
import type { ExportContext, ExportedEntry } from './types.ts';

export interface Facts {
  readonly agent: Named;
  readonly owner: string | null;
  readonly team: string | null;
  /** On whose behalf; a name as a token has it. */
  readonly subject: string | null;
  /** The person who acted: a reviewer, whoever took an approval back, an author, an administrator. */
  readonly person: Named;
  readonly upstream: Named;
  /** Tool, prompt, resource or agent called. */
  readonly resource: string | null;
  readonly resourceKind: string | null;
  readonly operation: Operation | null;
  readonly protocol: string | null;
  readonly revision: string | null;
  readonly decision: Decision | null;
  readonly reason: string | null;
  /** Ids of the policies that decided. */
  readonly policies: readonly string[];
  readonly policySet: string | null;
  readonly approval: string | null;
  readonly parent: string | null;
  readonly outcome: string | null;
  readonly httpStatus: number | null;
  readonly durationUs: number | null;
  /** From when the call came to the first byte of its answer. */
  readonly firstByteUs: number | null;
  readonly sentence: string | null;
  /** W3C trace context as the caller claimed it. */
  readonly trace: { readonly traceId: string; readonly spanId: string } | null;
  /** Index of the decision that an outcome follows. */
  readonly decided: number | null;
}

export interface Named {
  readonly id: string | null;
  readonly name: string | null;
}

/** An outcome is told with the operation of its decision: of that other entry only the header is used. */
export async function factsOf(
  entry: ExportedEntry,
  { headerAt }: Pick<ExportContext, 'headerAt'>,
): Promise<Facts> {
  const body: JsonObject = entry.header.body;
  const decided = typeof body['decided'] === 'number' ? body['decided'] : null;
  const before = decided === null ? null : await headerAt(decided);
  return readFacts(entry, before?.kind === 'call.decided' ? before : null, decided);
}

function readFacts(
  entry: ExportedEntry,
  before: EntryHeader<'call.decided'> | null,
  decided: number | null,
): Facts {
  const { header } = entry;
  const body: JsonObject = header.body;
  const said: JsonObject = header.kind === 'call.decided' ? header.body : (before?.body ?? {});
  const caller = detailObject(entry, 'caller');
  const resource = detailObject(entry, 'resource');
  return {
    agent: { id: header.agent, name: member(caller, 'agent') },
    owner: member(caller, 'owner'),
    team: member(caller, 'team'),
    subject: member(detailObject(entry, 'subject'), 'subject'),
    person: personOf(entry, body),
    upstream: {
      id: member(said, 'upstream') ?? member(body, 'upstream'),
      name: member(resource, 'upstream'),
    },
    resource: member(resource, 'name'),
    resourceKind: member(resource, 'kind'),
    operation: (member(said, 'operation') ?? member(body, 'operation')) as Operation | null,
    protocol: member(said, 'protocol'),
    revision: member(said, 'revision'),
    decision: header.kind === 'call.decided' ? header.body.decision : null,
    reason: member(body, 'reason'),
    policies: policiesOf(entry),
    policySet: member(body, 'policySet') ?? member(body, 'set'),
    approval: member(body, 'approval'),
    parent: member(body, 'parent'),
    outcome: outcomeOf(header),
    httpStatus: header.kind === 'call.completed' ? header.body.status : null,
    durationUs: header.kind === 'call.completed' ? header.body.durationUs : null,
    firstByteUs: header.kind === 'call.completed' ? (header.body.firstByteUs ?? null) : null,
    sentence: detailText(entry, 'sentence'),
    trace: traceOf(entry),
    decided,
  };
}

/** The word for how the thing that the entry is about ended; null where it is no ending. */
function outcomeOf(header: EntryHeader): string | null {
  switch (header.kind) {
    case 'call.completed':
      return header.body.outcome;
    case 'call.unknown':
      return 'unknown';
    case 'task.settled':
    case 'push.notified':
    case 'approval.reviewed':
    case 'approval.closed':
    case 'change.closed':
      return header.body.state;
    case 'change.reviewed':
      return header.body.verdict;
    case 'checkpoint.published':
      return header.body.result;
    default:
      return null;
  }
}

/**
 * Whether somebody took it back: the header says so of a person without an id as well, by the commitment to a name that is not
 * shown or gone. Null where nobody can tell: the entry is from before this was recorded.
 */
export function isTakenBack({ body, commits }: EntryHeader<'approval.closed'>): boolean | null {
  if (body.previous === undefined) return null;
  return (body.user ?? null) !== null || (commits.actor ?? null) !== null;
}

const PEOPLE = ['reviewer', 'author', 'actor'] as const;

function personOf(entry: ExportedEntry, body: JsonObject): Named {
  const id = member(body, 'reviewer') ?? member(body, 'user');
  for (const detail of PEOPLE) {
    const person = detailObject(entry, detail);
    const name = member(person, 'name') ?? member(person, 'user') ?? member(person, 'email');
    if (name !== null) return { id, name };
  }
  return { id, name: null };
}

function policiesOf(entry: ExportedEntry): readonly string[] {
  const explanation = detailObject(entry, 'explanation');
  const ids = ['determining', 'guards'].flatMap((list) => {
    const policies = explanation?.[list];
    if (!Array.isArray(policies)) return [];
    return policies.flatMap((policy) => (isObject(policy) ? (member(policy, 'id') ?? []) : []));
  });
  return [...new Set(ids)];
}

function traceOf(entry: ExportedEntry): Facts['trace'] {
  const trace = detailJson(entry, 'trace');
  if (!isObject(trace)) return null;
  const [traceId, spanId] = [member(trace, 'traceId'), member(trace, 'parentSpanId')];
  const isTrace = traceId !== null && /^[0-9a-f]{32}$/.test(traceId) && !/^0+$/.test(traceId);
  const isSpan = spanId !== null && /^[0-9a-f]{16}$/.test(spanId) && !/^0+$/.test(spanId);
  return isTrace && isSpan ? { traceId, spanId } : null;
}
