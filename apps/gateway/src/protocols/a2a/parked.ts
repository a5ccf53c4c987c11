// A held message as it is kept until people have decided: all that is needed to decide and send it later, also by another
// process. The caller's credential is not part of it: the release checks everything but the token again (DESIGN section 8).
import type { Deps } from '../../pipeline/deps.ts';
import type { DecidedCall, InboundCall } from '../../pipeline/types.ts';
import type { A2aUpstream } from '../../registry/types.ts';
import { callerHeaders } from '../../upstreams/headers.ts';
import { rawBody } from '../http.ts';
import {
  callerOfNow,
  type ParkedCaller,
  parkedCaller,
  LIMITS_OF_THEN,
  roundAfter,
} from '../parked-caller.ts';
import { readEnvelope } from './envelope.ts';
import { contentOf } from './content.ts';
import { dialectOf } from './dialects/dialects.ts';
import type { A2aRevision } from './dialects/types.ts';

interface ParkedCall {
  readonly v: 1;
  readonly id: InboundCall['id'];
  readonly receivedAt: number;
  /** Absent in what was held before there were others than 1.0. */
  readonly revision?: A2aRevision;
  readonly operation: InboundCall['operation'];
  readonly audience: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** As received, and as it will be sent; base64. */
  readonly body: string;
  readonly outbound: string;
  readonly came?: InboundCall['came'];
  readonly meta: string | null;
  readonly trace: InboundCall['trace'];
  readonly caller: ParkedCaller;
  readonly link: DecidedCall['link'];
  readonly verdict: DecidedCall['verdict'];
  readonly upstream: A2aUpstream;
}

export function parkCall(call: DecidedCall): Uint8Array {
  if (call.upstream.kind !== 'a2a') throw new Error('a held message without an agent that it goes to');
  const parked: ParkedCall = {
    v: 1,
    id: call.id,
    receivedAt: call.receivedAt,
    revision: dialectOf(call).revision,
    operation: call.operation,
    audience: call.audience,
    headers: [...callerHeaders(call.http.headers, call.protocol)],
    body: Buffer.from(call.body.bytes).toString('base64'),
    outbound: Buffer.from(call.outbound.bytes).toString('base64'),
    ...(call.came === undefined ? {} : { came: call.came }),
    meta: call.said.meta,
    trace: call.trace,
    caller: parkedCaller(call.caller),
    link: call.link,
    verdict: call.verdict,
    upstream: call.upstream,
  };
  return Buffer.from(JSON.stringify(parked));
}

/** The same call, held again: by another request, in a later round. */
export function heldAgain(bytes: Uint8Array): Uint8Array {
  return Buffer.from(JSON.stringify(roundAfter(parse(bytes))));
}

/** The call as it stands with the registry of now, and whether the agent that it goes to is still the same. */
export interface Unparked {
  readonly call: DecidedCall;
  readonly isReachable: boolean;
}

export async function unpark(bytes: Uint8Array, signal: AbortSignal, deps: Deps): Promise<Unparked> {
  const parked = parse(bytes);
  const registry = deps.registry.current();
  const upstream = registry.a2a.get(parked.upstream.name);
  const isReachable = upstream?.uid === parked.upstream.uid;
  const body = rawBody(Buffer.from(parked.body, 'base64'));
  const dialect = dialectOf({ revision: parked.revision ?? 'a2a-1.0' });
  const headers = new Map(parked.headers);
  const envelope = readEnvelope(body.bytes, dialect, LIMITS_OF_THEN);
  if (!envelope.ok)
    throw new Error(`the parked message of ${parked.id} cannot be read: ${envelope.error.reason}`);
  const labels = await deps.reads.chainLabels(parked.link.chain);
  return {
    isReachable,
    call: {
      id: parked.id,
      receivedAt: parked.receivedAt,
      registry,
      protocol: 'a2a',
      revision: dialect.revision,
      operation: parked.operation,
      upstream: isReachable ? upstream : parked.upstream,
      target: { kind: 'agent' },
      audience: parked.audience,
      http: { method: 'POST', headers, signal },
      body,
      outbound: rawBody(Buffer.from(parked.outbound, 'base64')),
      ...(parked.came === undefined ? {} : { came: parked.came }),
      message: envelope.value.message,
      said: { input: contentOf(envelope.value.message.params, headers, dialect), meta: parked.meta },
      credentials: { authorization: null, callToken: null },
      sessionId: null,
      trace: parked.trace,
      caller: callerOfNow(parked.caller, registry),
      link: { ...parked.link, labels: [...new Set([...parked.link.labels, ...labels])] },
      linkFault: null,
      verdict: parked.verdict,
    },
  };
}

function parse(bytes: Uint8Array): ParkedCall {
  return JSON.parse(Buffer.from(bytes).toString('utf8')) as ParkedCall;
}
