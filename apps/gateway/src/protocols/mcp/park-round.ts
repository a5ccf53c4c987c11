// A held call of MCP 2026-07-28 whose client can send its user to a page: it is answered at once with where people decide (a
// question of the gateway's own), and comes back for the outcome with a sealed state. Each time it waits a little, so that clients
// that come back at once do not use up their rounds (protocols.md 1.6). To open the page is no approval.
import { type JsonNode, memberOf, stringOf } from '../../obligations/json-tree.ts';
import type { HeldCall } from '../../pipeline/hold.ts';
import { RECEIPT_HEADER } from '../../pipeline/receipted.ts';
import type { AuthenticatedCall, CompletedCall } from '../../pipeline/types.ts';
import type { Release } from '../../pipeline/wire.ts';
import { refusalResponse, refusedRequest } from './answers.ts';
import { ASKING, MODERN_REVISION } from './operations.ts';

/** After that it is held as any other call, and answered "pending": the official clients give up after ten rounds. */
export const MAX_WAITS = 6;
const WAIT_MS = 25_000;

/** The gateway's own question, in its own name space. */
const APPROVAL_KEY = 'dev.countersign/approval';

const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';
const TASKS = 'io.modelcontextprotocol/tasks';

type Members = Readonly<Record<string, unknown>>;

/** Whether its client said that it can show its user a page, and nothing that would serve it better. */
export function mayComeBack({ revision, operation, message }: AuthenticatedCall): boolean {
  if (revision !== MODERN_REVISION || !ASKING.has(operation)) return false;
  const capabilities = membersOf(membersOf(message?.params['_meta'])[CAPABILITIES]);
  const hasPage = Object.hasOwn(membersOf(capabilities['elicitation']), 'url');
  return hasPage && !Object.hasOwn(membersOf(capabilities['extensions']), TASKS);
}

/** Whether the user would not look: then the client is not sent back again. @param answers `inputResponses`. */
export function isDeclined(answers: JsonNode): boolean {
  const answer = memberOf(answers, APPROVAL_KEY);
  return answer !== undefined && stringOf(memberOf(answer, 'action')) !== 'accept';
}

interface Waiting {
  /** How often it has come back; null where it will not again. */
  readonly waits: number | null;
  readonly cancelled: AbortSignal;
  readonly approvalUrl: (id: string) => string;
  readonly stateFor: (call: AuthenticatedCall) => string;
}

export async function parkRound(
  held: HeldCall,
  release: Release,
  answer: (call: CompletedCall) => Promise<Response>,
  { waits, cancelled, approvalUrl, stateFor }: Waiting,
): Promise<Response> {
  const { call } = held;
  const gone = AbortSignal.any([call.http.signal, cancelled]);
  const patience = waits === null || waits === 0 ? AbortSignal.abort() : AbortSignal.timeout(WAIT_MS);
  const released = await release(AbortSignal.any([gone, patience]), () => gone.aborted);
  if (released.ok) return answer(released.value);
  const { error } = released;
  if (error.code !== 'approval_pending' || waits === null)
    return refusalResponse(refusedRequest(call), error, call.id);
  // Another guard, or an answer that the call carries, may be what waits now.
  const waiting = error.data?.['approvalId'];
  const approval = typeof waiting === 'string' ? waiting : held.approval.id;
  const url = approvalUrl(approval);
  const message = `This call waits for approval (${approval}). Open the page to see who can decide on it.`;
  const params = { mode: 'url', message, url };
  const inputRequests = { [APPROVAL_KEY]: { method: 'elicitation/create', params } };
  const result = {
    resultType: 'input_required',
    // Who was shown the page is not shown it each time.
    ...(waits === 0 ? { inputRequests } : {}),
    requestState: stateFor(call),
  };
  return new Response(JSON.stringify({ jsonrpc: '2.0', id: call.message?.id ?? null, result }), {
    status: 200,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'countersign-call': call.id,
      'countersign-approval': approval,
      [RECEIPT_HEADER]: held.receipt,
    },
  });
}

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {};
}
