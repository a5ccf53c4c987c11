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
import { splice } from '../json/splice.ts';
import type { Container } from '../json/types.ts';
import { isLegacyRevision } from './operations.ts';
import { type InputRequiredDeps, putQuestions } from './input-required.ts';
import { INTRODUCTIONS, unacceptedInstructions } from './instructions.ts';
import { checkedResult, type ResultChecks } from './result-check.ts';
import { filterList, LISTS, type Visibility } from './lists.ts';
import { maskAnswer } from './mask.ts';
import { advertisedIn, type OpenStreams } from './open-streams.ts';
import { openSession, type SessionDeps } from './sessions.ts';
import { isTaskOperation } from './tasks/asked.ts';
import { bindCreated, isCreated } from './tasks/bind.ts';
import { offeredTasks } from './tasks/offered.ts';
import { type FinishCall, finishTask, type TellDeps } from './tasks/tell.ts';
import { twoReadings } from './two-readings.ts';

export interface Finished {
  readonly bytes: Uint8Array;
  readonly outcome: Outcome;
  readonly result: string | null;
  readonly error: string | null;
}

export interface FinishDeps extends InputRequiredDeps, TellDeps {
  readonly sessions: SessionDeps;
  readonly visibility: Visibility;
  readonly results: ResultChecks;
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
      'inputRequests',
      'requestState',
      'task',
      'isError',
      'structuredContent',
      'ttlMs',
      'cacheScope',
      'instructions',
    ],
  },
  'result.capabilities': {},
  'result.capabilities.extensions': {},
  'result.tools.*': { known: ['name'] },
  'result.prompts.*': { known: ['name'] },
  'result.resources.*': { known: ['uri'] },
  'result.resourceTemplates.*': { known: ['uriTemplate'] },
});

/** How the result that a task came to is finished: as that of a direct call. */
export function finishCallWith(deps: FinishDeps): FinishCall {
  return (call, bytes, held) => finishMessage(call, bytes, deps, held);
}

/**
 * `bytes` is one whole JSON-RPC answer to `call`.
 *
 * @param held what must be masked in it besides what the call itself owes.
 */
export async function finishMessage(
  call: CompletedCall,
  bytes: Uint8Array,
  deps: FinishDeps,
  held: ReturnType<typeof masksOf> = [],
): Promise<Result<Finished>> {
  if (isTaskOperation(call.operation)) return finishTask(call, bytes, deps, finishCallWith(deps));
  const scanned = scan(bytes, SHAPE, {
    maxBytes: deps.responseBytes,
    maxKeys: 1_000_000,
    maxItems: 1_000_000,
    tolerant: !LISTS.has(call.operation) && !INTRODUCTIONS.has(call.operation),
  });
  const masks = [...masksOf(call), ...held];
  // The message quotes what was found.
  if (!scanned.ok) {
    const { code, message } = scanned.error;
    return invalid(call, masks.length > 0 ? code : `${code}: ${message}`);
  }
  const { value, containers } = scanned.value;
  // SECURITY: else one client is told a result, and another one asked what nobody decided.
  // Where something is masked, masking finds it.
  const unclear = masks.length === 0 ? twoReadings(scanned.value) : null;
  if (unclear !== null) return invalid(call, `two readers could take the answer for two: ${unclear}`);
  if (value['jsonrpc'] !== '2.0' || value['id'] !== call.message?.id)
    return invalid(call, 'the answer is not to the request that was sent');
  const created = value['result'];
  if (
    typeof created === 'object' &&
    created !== null &&
    isCreated(call, created as Readonly<Record<string, unknown>>)
  )
    return bindCreated(call, bytes, deps);
  if (masks.length > 0) return finishMasked(call, bytes, masks, value['result'], deps);

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
  const filtered = await shownOf(call, bytes, members, containers, deps.visibility);
  const checked = checkedResult(call, members, deps.results, false);
  if (!checked.ok) return checked;
  const outcome: Outcome = members['isError'] === true ? 'tool_error' : 'ok';
  const told = memberText(bytes, containers, 'result');
  return ok({ bytes: filtered, outcome, result: told, error: checked.value });
}

/** The answer with what the caller may see of it. */
async function shownOf(
  call: CompletedCall,
  bytes: Uint8Array,
  result: Readonly<Record<string, unknown>>,
  containers: ReadonlyMap<string, Container>,
  visibility: Visibility,
): Promise<Uint8Array> {
  if (LISTS.has(call.operation)) return filterList(call, bytes, result, containers, visibility);
  if (!INTRODUCTIONS.has(call.operation)) return bytes;
  const edits = [
    ...(await unacceptedInstructions(call, result, containers, visibility)),
    ...(call.operation === 'mcp:server/discover' ? offeredTasks(containers) : []),
  ];
  return edits.length === 0 ? bytes : splice(bytes, edits);
}

/** What is stored is what is told: a masked value is not in the record either. */
function finishMasked(
  call: CompletedCall,
  bytes: Uint8Array,
  masks: ReturnType<typeof masksOf>,
  result: unknown,
  { results }: FinishDeps,
): Result<Finished> {
  const masked = maskAnswer(call.operation, bytes, masks);
  if (!masked.ok) return { ok: false, error: maskFailed(call, masked.why, masked.code) };
  // What could be told is an object.
  const checked = checkedResult(call, result as Readonly<Record<string, unknown>>, results, true);
  if (!checked.ok) return checked;
  const notes = [notesText(masked.notes), checked.value].filter((note) => note !== null);
  return ok({
    bytes: masked.bytes,
    outcome: masked.isError ? 'tool_error' : 'ok',
    result: masked.result,
    error: notes.length === 0 ? null : notes.join('; '),
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
