// The gateway's only way out to upstreams: kept connections per upstream, strict timeouts, and a second attempt only
// where the first could not even connect, since then nothing can have been carried out twice.
import { setTimeout as delay } from 'node:timers/promises';
import { Agent } from 'undici';
import type { Result } from '../errors.ts';
import type { UpstreamResponse } from '../pipeline/types.ts';
import { exchange, type OutboundRequest } from './exchange.ts';
import type { SendFailure } from './failures.ts';

export interface UpstreamClientOptions {
  readonly connectTimeoutMs?: number;
  /** How long an upstream may take to begin its answer. */
  readonly headersTimeoutMs?: number;
  /** How long an answer that has begun may be silent; 0, the default, is for ever: event streams often are. */
  readonly idleTimeoutMs?: number;
  /** How often a connection is tried that is refused or times out. */
  readonly dialAttempts?: number;
  /** Before the second attempt; doubled before each one after. */
  readonly retryDelayMs?: number;
}

export interface UpstreamClient {
  /**
   * Sends one request as it is. The answer's body must be read to its end or cancelled. Aborting the request's signal
   * ends the exchange at any point.
   */
  send(url: string, request: OutboundRequest): Promise<Result<UpstreamResponse, SendFailure>>;
  /** Breaks off whatever is still going on. */
  close(): Promise<void>;
}

export function createUpstreamClient(options: UpstreamClientOptions = {}): UpstreamClient {
  const {
    connectTimeoutMs = 5_000,
    headersTimeoutMs = 300_000,
    idleTimeoutMs = 0,
    dialAttempts = 3,
    retryDelayMs = 100,
  } = options;
  // One pool of connections per origin. HTTP/1.1 only: one exchange per connection, so that none can stall another.
  const agent = new Agent({ allowH2: false, connect: { timeout: connectTimeoutMs } });

  async function send(url: string, request: OutboundRequest): Promise<Result<UpstreamResponse, SendFailure>> {
    const { origin, pathname, search } = new URL(url);
    for (let attempt = 1; ; attempt++) {
      const answer = await exchange(agent, {
        ...request,
        origin,
        path: pathname + search,
        headersTimeoutMs,
        idleTimeoutMs,
      });
      if (answer.ok || !mayTryAgain(answer.error) || attempt >= dialAttempts) return answer;
      await delay(retryDelayMs * 2 ** (attempt - 1), undefined, { signal: request.signal }).catch(
        () => undefined,
      );
    }
  }

  return { send, close: () => agent.destroy() };
}

function mayTryAgain(failure: SendFailure): boolean {
  return !failure.isSent && 'mayRetry' in failure && failure.mayRetry === true;
}
