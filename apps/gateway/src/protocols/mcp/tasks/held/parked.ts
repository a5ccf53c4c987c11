// A held call of a tool as it is kept until people have decided: all that is needed to decide and send it later, also by another
// process. The caller's credential is not part of it: the release checks everything but the token again (DESIGN section 8).
import type { Deps } from '../../../../pipeline/deps.ts';
import type { DecidedCall, InboundCall, RawBody } from '../../../../pipeline/types.ts';
import type { McpServer } from '../../../../registry/types.ts';
import { callerHeaders } from '../../../../upstreams/headers.ts';
import {
  callerOfNow,
  type ParkedCaller,
  parkedCaller,
  LIMITS_OF_THEN,
  roundAfter,
} from '../../../parked-caller.ts';
import type { TaskRecord } from '../../../../store/readers/tasks.ts';
import { readEnvelope } from '../../envelope.ts';
import type { HeldRound } from './round.ts';

interface ParkedBody {
  readonly base64: string;
  readonly sha256: string;
}

interface ParkedCall
  extends Pick<
    DecidedCall,
    'id' | 'receivedAt' | 'revision' | 'operation' | 'target' | 'audience' | 'trace' | 'link' | 'verdict'
  > {
  readonly v: 1;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** As received, and as it will be sent. */
  readonly body: ParkedBody;
  readonly outbound: ParkedBody;
  readonly caller: ParkedCaller;
  readonly upstream: McpServer;
  /** It was sent, and its server asks before it answers. */
  readonly round?: HeldRound;
}

/** What its server asks; null where it asks nothing. */
export function roundIn({ parked }: Pick<TaskRecord, 'parked'>): HeldRound | null {
  return parked === null ? null : (parse(parked).round ?? null);
}

export function withRound(bytes: Uint8Array, round: HeldRound): Uint8Array {
  return Buffer.from(JSON.stringify({ ...parse(bytes), round }));
}

/** The call as its client made it. */
export function heldBody({
  parked,
}: Pick<TaskRecord, 'parked'>): Pick<ParkedCall, 'headers'> & { readonly body: Uint8Array } {
  if (parked === null) throw new Error('a task without its call');
  const { headers, body } = parse(parked);
  return { headers, body: rawOf(body).bytes };
}

/** The id of the request that its client made. */
export function heldMessage({ parked }: Pick<TaskRecord, 'parked'>): DecidedCall['message'] {
  const read = readEnvelope(heldBody({ parked }).body, LIMITS_OF_THEN);
  return read.ok && read.value.kind !== 'answer' ? read.value.message : null;
}

export function parkedBytes(call: DecidedCall): Uint8Array {
  const { id, receivedAt, revision, operation, target, audience, trace, link, verdict, upstream } = call;
  if (upstream.kind !== 'mcp') throw new Error('a held call of a tool without its server');
  const parked: ParkedCall = {
    v: 1,
    id,
    receivedAt,
    revision,
    operation,
    target,
    audience,
    headers: [...callerHeaders(call.http.headers, call.protocol)],
    body: bodyOf(call.body),
    outbound: bodyOf(call.outbound),
    trace,
    caller: parkedCaller(call.caller),
    link,
    verdict,
    upstream,
  };
  return Buffer.from(JSON.stringify(parked));
}

/** The same call, held again: by another request, in a later round. */
export function heldAgain(bytes: Uint8Array): Uint8Array {
  return Buffer.from(JSON.stringify(roundAfter(parse(bytes))));
}

/** The call as it stands with the registry of now, and whether the server that it goes to is still the same. */
export async function unpark(
  bytes: Uint8Array,
  signal: AbortSignal,
  deps: Pick<Deps, 'registry' | 'reads'>,
): Promise<{ readonly call: DecidedCall; readonly isReachable: boolean }> {
  const { v: _, headers, body, outbound, caller, upstream: before, link, ...rest } = parse(bytes);
  const registry = deps.registry.current();
  const upstream = registry.servers.get(before.name);
  const isReachable = upstream?.uid === before.uid;
  const received = rawOf(body);
  const envelope = readEnvelope(received.bytes, LIMITS_OF_THEN);
  if (!envelope.ok || envelope.value.kind === 'answer')
    throw new Error(`the parked call ${rest.id} cannot be read`);
  const { message, said } = envelope.value;
  const labels = await deps.reads.chainLabels(link.chain);
  const call: DecidedCall = {
    ...rest,
    registry,
    protocol: 'mcp',
    upstream: isReachable ? upstream : before,
    http: { method: 'POST', headers: new Map(headers), signal },
    body: received,
    outbound: rawOf(outbound),
    message,
    said,
    credentials: { authorization: null, callToken: null },
    sessionId: null,
    caller: callerOfNow(caller, registry),
    link: { ...link, labels: [...new Set([...link.labels, ...labels])] },
    linkFault: null,
  };
  return { call, isReachable };
}

function bodyOf({ bytes, sha256 }: InboundCall['body']): ParkedBody {
  return { base64: Buffer.from(bytes).toString('base64'), sha256 };
}

function rawOf({ base64, sha256 }: ParkedBody): RawBody {
  return { bytes: Buffer.from(base64, 'base64'), sha256 };
}

function parse(bytes: Uint8Array): ParkedCall {
  return JSON.parse(Buffer.from(bytes).toString('utf8')) as ParkedCall;
}
