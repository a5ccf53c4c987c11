// What a server asks, and what its client answers, as calls: the same in all revisions, whether it comes as a request on a
// stream or within a result (ADR 0025, ADR 0026).
import { newId } from '@countersign/audit';
import { memberOf, readTree } from '../../obligations/json-tree.ts';
import { recordedWords } from '../../obligations/recorded.ts';
import type { Deps } from '../../pipeline/deps.ts';
import { renewed } from '../../pipeline/renew.ts';
import { type CallOutcome, withoutAnswer } from '../../pipeline/settle.ts';
import type {
  AuthenticatedCall,
  ChainLink,
  CompletedCall,
  JsonRpcMessage,
  RawBody,
  RecordedCall,
} from '../../pipeline/types.ts';
import { rawBody } from '../http.ts';
import type { ClientAnswer } from './envelope.ts';
import type { AskOperation } from './operations.ts';

export interface ServerRequest {
  readonly operation: AskOperation;
  readonly body: RawBody;
  readonly message: JsonRpcMessage;
  /** JSON text for `context.input`. */
  readonly input: string;
}

/** The server's request as a call: to policy the server is its principal, and the agent what it is made on. */
export async function serverCall(
  asking: CompletedCall,
  { operation, body, message, input }: ServerRequest,
  deps: Deps,
): Promise<AuthenticatedCall> {
  const { registry, protocol, revision, upstream, audience, caller, http, sessionId } = asking;
  const name = caller.agent?.name ?? '';
  const call: AuthenticatedCall = {
    id: newId('call'),
    receivedAt: deps.now(),
    registry,
    protocol,
    revision,
    operation,
    upstream,
    target: { kind: 'client', name },
    audience,
    http,
    body,
    outbound: body,
    message,
    said: { input, meta: null },
    credentials: { authorization: null, callToken: null },
    sessionId,
    trace: null,
    caller,
    link: linkOf(asking),
    linkFault: null,
  };
  // Whoever was stopped, and whatever was labelled, since the server was asked: now counts.
  return (await renewed(call, deps)) ?? call;
}

function linkOf({ id, receipt, link }: CompletedCall): ChainLink {
  if (receipt !== null) return { ...link, kind: proven(link.kind), parent: id };
  // The standalone stream is no call that an entry could name: what comes on it begins a chain, unless that goes on.
  return link.parent === null ? { ...link, chain: newId('chain') } : link;
}

/** What hangs under a root that the gateway knows is proven to. */
export function proven(kind: ChainLink['kind']): ChainLink['kind'] {
  return kind === 'root' ? 'verified' : kind;
}

export interface AnswerTo {
  readonly operation: AskOperation;
  /** The chain of the question, and the question as the parent. */
  readonly link: Omit<ChainLink, 'labels'>;
  readonly answer: ClientAnswer;
  /** JSON text for `context.input`. */
  readonly input: string;
}

/** What came within another message, as the call that it is by itself. */
export function answerCall(
  carrier: AuthenticatedCall,
  { operation, link, answer, input }: AnswerTo,
): AuthenticatedCall {
  const body = rawBody(Buffer.from(answer.text));
  const { unstored: _, ...rest } = carrier;
  return {
    ...rest,
    id: newId('call'),
    operation: `${operation}/answer`,
    target: { kind: 'server' },
    body,
    outbound: body,
    message: answerMessage(operation, answer),
    said: { input, meta: null },
    link: { ...link, labels: carrier.link.labels },
  };
}

export function answerMessage(
  operation: AskOperation,
  { result, error, text }: ClientAnswer,
): JsonRpcMessage {
  const params = { [error === null ? 'result' : 'error']: result ?? error };
  return { id: null, method: `${operation}/answer`, params, paramsText: text };
}

/** What a question came to: what its client answered, as it may be stored. */
export function outcomeOf(answer: RecordedCall, { neverStore }: Pick<Deps, 'neverStore'>): CallOutcome {
  const isError = Object.hasOwn(answer.message?.params ?? {}, 'error');
  const text = recordedWords(answer, neverStore).request ?? '{}';
  const said = memberOf(readTree(text) ?? undefined, isError ? 'error' : 'result');
  const stored = said === undefined ? null : text.slice(said.start, said.end);
  return {
    ...withoutAnswer(isError ? 'protocol_error' : 'ok', ''),
    received: { bytes: answer.body.bytes.byteLength, events: 0, sha256: answer.body.sha256 },
    result: isError ? null : stored,
    error: isError ? stored : null,
  };
}
