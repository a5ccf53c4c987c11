// The final message of an MCP call: what its outcome was, and the few results that are not passed on as they came:
// lists (only what some policy could permit), handshakes (the session gets its owner), and requests for input (each
// question is decided, the state sealed).
import type { Outcome, Revision } from '@countersign/audit';
import { ok, refuse, type Result } from '../../errors.ts';
import { maskFailed, notesText } from '../../obligations/mask-failed.ts';
import { masksOf } from '../../obligations/of-call.ts';
import type { CompletedCall } from '../../pipeline/types.ts';
import { scan, textOf } from '../json/scan.ts';
import { compileShape } from '../json/shape.ts';
import type { Container } from '../json/types.ts';
import { isLegacyRevision } from './operations.ts';
import { type InputRequiredDeps, putQuestions } from './input-required.ts';
import { filterList, LISTS, type Visibility } from './lists.ts';
import { maskAnswer } from './mask.ts';
import { advertisedIn, type OpenStreams } from './open-streams.ts';
import { openSession, type SessionDeps } from './sessions.ts';

export interface Finished {
  readonly bytes: Uint8Array;
  readonly outcome: Outcome;
  readonly result: string | null;
  readonly error: string | null;
}

export interface FinishDeps extends InputRequiredDeps {
  readonly sessions: SessionDeps;
  readonly visibility: Visibility;
  readonly streams: OpenStreams;
}

const SHAPE = compileShape({
  '': { known: ['jsonrpc', 'id', 'result', 'error'] },
  result: {
    known: [
      'tools',
      'prompts',
      'resources',
      'resourceTemplates',
      'nextCursor',
      'resultType',
      'isError',
      'ttlMs',
      'cacheScope',
    ],
  },
  'result.tools.*': { known: ['name'] },
  'result.prompts.*': { known: ['name'] },
  'result.resources.*': { known: ['uri'] },
  'result.resourceTemplates.*': { known: ['uriTemplate'] },
});

/** `bytes` is one whole JSON-RPC answer to `call`. */
export async function finishMessage(
  call: CompletedCall,
  bytes: Uint8Array,
  deps: FinishDeps,
): Promise<Result<Finished>> {
  const scanned = scan(bytes, SHAPE, {
    maxBytes: deps.responseBytes,
    maxKeys: 1_000_000,
    maxItems: 1_000_000,
    tolerant: !LISTS.has(call.operation),
  });
  const masks = masksOf(call);
  // The message quotes what was found.
  if (!scanned.ok) {
    const { code, message } = scanned.error;
    return invalid(call, masks.length > 0 ? code : `${code}: ${message}`);
  }
  const { value, containers } = scanned.value;
  if (value['jsonrpc'] !== '2.0' || value['id'] !== call.message?.id)
    return invalid(call, 'the answer is not to the request that was sent');
  if (masks.length > 0) return finishMasked(call, bytes, masks);

  if (Object.hasOwn(value, 'error')) {
    return ok({
      bytes,
      outcome: 'protocol_error',
      result: null,
      error: memberText(bytes, containers, 'error'),
    });
  }
  const result = value['result'];
  if (typeof result !== 'object' || result === null || Array.isArray(result))
    return invalid(call, 'the answer has neither result nor error');
  const members = result as Readonly<Record<string, unknown>>;
  const type = members['resultType'];
  if (type === 'input_required') {
    const put = await putQuestions(call, bytes, deps);
    return put.ok ? ok({ ...put.value, outcome: 'ok', error: null }) : put;
  }
  if (type !== undefined && type !== 'complete') {
    return refuse(
      'upstream_invalid',
      `result of type \`${JSON.stringify(type)}\``,
      `the server answered with a result of type ${JSON.stringify(type)}, which this gateway does not relay`,
    );
  }
  if (call.operation === 'mcp:initialize') {
    const opened = await adopt(call, members, deps);
    if (!opened.ok) return opened;
  }
  const filtered = LISTS.has(call.operation)
    ? await filterList(call, bytes, members, containers, deps.visibility)
    : bytes;
  const outcome: Outcome = members['isError'] === true ? 'tool_error' : 'ok';
  return ok({ bytes: filtered, outcome, result: memberText(bytes, containers, 'result'), error: null });
}

/** What is stored is what is told: a masked value is not in the record either. */
function finishMasked(
  call: CompletedCall,
  bytes: Uint8Array,
  masks: ReturnType<typeof masksOf>,
): Result<Finished> {
  const masked = maskAnswer(call.operation, bytes, masks);
  if (!masked.ok) return { ok: false, error: maskFailed(call, masked.why, masked.code) };
  const { isError, result, notes } = masked;
  return ok({
    bytes: masked.bytes,
    outcome: isError ? 'tool_error' : 'ok',
    result,
    error: notesText(notes),
  });
}

/** As the server wrote it: what it sent may be nested deeper than it could be written anew. */
function memberText(
  bytes: Uint8Array,
  containers: ReadonlyMap<string, Container>,
  name: 'result' | 'error',
): string | null {
  const member = containers.get('')?.members.get(name);
  return member === undefined ? null : textOf(bytes, member);
}

async function adopt(
  call: CompletedCall,
  result: Readonly<Record<string, unknown>>,
  deps: FinishDeps,
): Promise<Result<void>> {
  const session = call.response.headers.get('mcp-session-id');
  if (session === undefined) return ok(undefined);
  const version = String(result['protocolVersion']);
  if (!isLegacyRevision(version))
    return invalid(call, `the server negotiated protocol version \`${version}\``);
  const revision: Revision = version;
  deps.streams.advertise(
    { upstream: call.upstream, sessionId: session },
    advertisedIn(result['capabilities']),
  );
  return openSession(call, session, revision, deps.sessions);
}

function invalid(call: CompletedCall, why: string): Result<never> {
  return refuse(
    'upstream_invalid',
    `${call.upstream.name}: ${why}`,
    `the server behind this gateway gave an answer that cannot be relayed: ${why}`,
  );
}
