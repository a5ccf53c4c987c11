// A held MCP call keeps its connection for a bounded time: with an event stream where the client takes one (comments
// keep proxies awake, progress keeps clients awake that asked for it), in silence where it does not. What comes in the
// end is the upstream's answer, or the "pending" answer whose retry redeems the grant (protocols.md 1.6).
import type { Result } from '../../errors.ts';
import type { HeldCall } from '../../pipeline/hold.ts';
import { RECEIPT_HEADER } from '../../pipeline/receipted.ts';
import type { Release } from '../../pipeline/wire.ts';
import type { CompletedCall, InboundCall } from '../../pipeline/types.ts';
import { formatEvent } from '../sse.ts';
import { MODERN_REVISION } from './operations.ts';
import { clientProgressToken } from './redeem.ts';
import { refusalResponse, refusedRequest } from './answers.ts';

const KEEP_ALIVE_MS = 10_000;
const PROGRESS_MS = 5_000;
/** So small that the upstream's own progress, which must be larger, still can be. */
const PROGRESS_STEP = 1e-6;

type Answer = (call: CompletedCall) => Promise<Response>;

export async function parkCall(
  held: HeldCall,
  release: Release,
  answer: Answer,
  cancelled: AbortSignal,
): Promise<Response> {
  const { call } = held;
  const signal = AbortSignal.any([call.http.signal, cancelled]);
  // In the older revisions a lost connection is no cancellation: there, the client says so (protocols.md 1.3).
  const isGivenUp = () => cancelled.aborted || call.revision === MODERN_REVISION;
  if (!(call.http.headers.get('accept') ?? '').includes('text/event-stream')) {
    const released = await release(signal, isGivenUp);
    return released.ok
      ? answer(released.value)
      : refusalResponse(refusedRequest(call), released.error, call.id);
  }
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  void streamAnswer(held, () => release(signal, isGivenUp), answer, writable);
  return new Response(readable, {
    status: 200,
    headers: {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'countersign-call': call.id,
      'countersign-approval': held.approval.id,
      [RECEIPT_HEADER]: held.receipt,
    },
  });
}

async function streamAnswer(
  held: HeldCall,
  release: () => Promise<Result<CompletedCall>>,
  answer: Answer,
  writable: WritableStream<Uint8Array>,
): Promise<void> {
  const writer = writable.getWriter();
  // Writes fail once the client has gone; the signal says the same, and that is where it is handled.
  const say = (text: string) => void writer.write(new TextEncoder().encode(text)).catch(() => {});
  say(`: held for approval ${held.approval.id}\n\n`);
  const awake = setInterval(() => say(': waiting for approval\n\n'), KEEP_ALIVE_MS);
  const progress = reportProgress(held, say);
  try {
    const released = await release().finally(() => {
      clearInterval(awake);
      clearInterval(progress);
    });
    const response = released.ok
      ? await answer(released.value)
      : refusalResponse(refusedRequest(held.call), released.error, held.call.id);
    if (isEventStream(response) && response.body !== null) {
      writer.releaseLock();
      await response.body.pipeTo(writable);
      return;
    }
    say(formatEvent({ data: await answerText(response, held.call) }));
    await writer.close();
  } catch {
    // Nobody reads on, or no outcome could be recorded. A pipe that failed has broken the stream off by itself.
    await writer.abort().catch(() => {});
  }
}

function isEventStream(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('text/event-stream') === true;
}

/** What would have been a response of its own, as an event: there, only its id tells whose answer it is. */
async function answerText(response: Response, { message }: InboundCall): Promise<string> {
  const text = await response.text();
  if (response.status === 200) return text;
  return JSON.stringify({ ...(JSON.parse(text) as object), id: message?.id ?? null });
}

function reportProgress(
  { call, approval }: HeldCall,
  say: (text: string) => void,
): NodeJS.Timeout | undefined {
  const token = clientProgressToken(call);
  if (token === undefined) return undefined;
  let step = 0;
  const report = () => {
    step += 1;
    const params = {
      progressToken: token,
      progress: step * PROGRESS_STEP,
      message: `waiting for approval ${approval.id}`,
    };
    say(
      formatEvent({
        data: JSON.stringify({ jsonrpc: '2.0', method: 'notifications/progress', params }),
      }),
    );
  };
  report();
  return setInterval(report, PROGRESS_MS);
}
