// SubscribeToTask for a task of the gateway's own: what becomes of it while people decide and while its message is carried
// out, and from then on the agent's own stream, in one answer.
import type { Deps } from '../../pipeline/deps.ts';
import { stopReason } from '../../pipeline/forward.ts';
import type { Settlement } from '../../pipeline/settle.ts';
import type { CompletedCall } from '../../pipeline/types.ts';
import { callerHeaders } from '../../upstreams/headers.ts';
import { namedTaskOf } from './named.ts';
import { relayStream, type StreamDeps } from './relay-stream.ts';
import { actualTask } from './rows.ts';
import { settledState } from './states.ts';
import { answerForm } from './teller.ts';

export interface FollowDeps extends StreamDeps {
  /** Sends to the agents themselves. */
  readonly send: Deps['send'];
}

/** @param isQuiet whether only what was masked may be told. */
export function relayFollowed(
  call: CompletedCall,
  settlement: Settlement,
  deps: FollowDeps,
  isQuiet: boolean,
): ReadableStream<Uint8Array> {
  let reader = call.response.body.getReader();
  let isAgents = false;
  let isCancelled = false;

  /** The agent's stream, where it has taken up the work and not ended it. */
  async function takenUp(): Promise<ReadableStream<Uint8Array> | null> {
    const { tasks } = deps.readers;
    const id = namedTaskOf(call);
    const row = id === null ? null : await tasks.get(id);
    if (row === null || call.message === null) return null;
    const actual = await actualTask(row, deps.readers);
    if (actual.upstreamTask === null || settledState(actual.state) !== null) return null;
    const params = { ...call.message.params, id: actual.upstreamTask };
    const { id: rpcId, method } = call.message;
    const sent = await deps.send(call.upstream, {
      method: 'POST',
      headers: new Map([...callerHeaders(call.http.headers, call.protocol), ['countersign-call', call.id]]),
      body: Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: rpcId, method, params })),
      signal: call.http.signal,
    });
    if (!sent.ok) return null;
    const taken = { ...call, response: sent.value };
    if (answerForm(taken) === 'stream') return relayStream(taken, settlement, deps, isQuiet);
    await sent.value.body.cancel();
    return null;
  }

  return new ReadableStream<Uint8Array>(
    {
      async pull(out) {
        for (;;) {
          const { done, value } = await reader.read();
          if (!isAgents && stopReason(call, deps.pipeline) !== null) {
            await reader.cancel();
            throw new Error('the caller was stopped');
          }
          if (!done) return out.enqueue(value);
          const next = isAgents || isCancelled ? null : await takenUp();
          if (next === null) return out.close();
          isAgents = true;
          reader = next.getReader();
          if (isCancelled) await reader.cancel();
        }
      },
      cancel(reason) {
        isCancelled = true;
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
