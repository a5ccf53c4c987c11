// The retried request as it goes on (MCP 2026-07-28): the server's own state in the place of the sealed one, and without answers
// that nobody asked for; else the same bytes. Both are on the closed list of rewrites (docs/recording.md).
import type { AuthenticatedCall } from '../../pipeline/types.ts';
import { rawBody } from '../http.ts';
import { scan } from '../json/scan.ts';
import { compileShape } from '../json/shape.ts';
import { editMembers, splice } from '../json/splice.ts';
import { readEnvelope } from './envelope.ts';

const SHAPE = compileShape({ params: {}, 'params.inputResponses': {} });

/** Whatever the operator's limits are: the call was within them. */
const UNLIMITED = { maxBytes: 1e9, maxDepth: 1e6, maxKeys: 1e8, maxItems: 1e8 };

export interface RetryEdits {
  /** The server's state; null where it gave none. */
  readonly inner: string | null;
  /** Keys of answers that stay here. */
  readonly unasked: ReadonlySet<string>;
  /** Whether no answer is left: then the server gets no `inputResponses` at all. */
  readonly isBare: boolean;
}

/**
 * The call with both: `outbound` is what is sent, `message` and `said` are without any state. It is opaque, the client cannot
 * change it, and it differs each time: so neither policy nor a grant is about it (DESIGN section 8).
 */
export function withRetryEdits(call: AuthenticatedCall, edits: RetryEdits): AuthenticatedCall {
  const { bytes } = call.outbound;
  const outbound = rawBody(edited(bytes, edits, edits.inner));
  const read = readEnvelope(edited(bytes, edits, null), UNLIMITED);
  if (!read.ok || read.value.kind === 'answer') throw new Error('a retried call cannot be read again');
  const { message, said } = read.value;
  return { ...call, outbound, message, said };
}

/** The call with these answers in the place of those that came. @param responses JSON text; null for none. */
export function withResponses(call: AuthenticatedCall, responses: string | null): AuthenticatedCall {
  const { params } = containersOf(call.outbound.bytes);
  const edits = editMembers(params, new Map([['inputResponses', responses]]));
  const { inputResponses: _, ...said } = call.said;
  return {
    ...call,
    outbound: rawBody(splice(call.outbound.bytes, edits)),
    said: responses === null ? said : { ...said, inputResponses: responses },
  };
}

function containersOf(bytes: Uint8Array) {
  const scanned = scan(bytes, SHAPE, UNLIMITED);
  const params = scanned.ok ? scanned.value.containers.get('params') : undefined;
  if (!scanned.ok || params === undefined) throw new Error('a retried call has no parameters');
  return { params, responses: scanned.value.containers.get('params.inputResponses') };
}

function edited(bytes: Uint8Array, { unasked, isBare }: RetryEdits, state: string | null): Uint8Array {
  const { params, responses } = containersOf(bytes);
  const changes = new Map<string, string | null>([
    ['requestState', state === null ? null : JSON.stringify(state)],
    ...(isBare ? [['inputResponses', null] as const] : []),
  ]);
  const dropped = new Map([...unasked].map((key) => [key, null]));
  return splice(bytes, [
    ...editMembers(params, changes),
    ...(isBare || responses === undefined ? [] : editMembers(responses, dropped)),
  ]);
}
