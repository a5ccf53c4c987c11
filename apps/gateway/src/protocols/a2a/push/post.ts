// One attempt to tell a client, over a connection to an address that was looked at. Its answer counts by its status alone: not
// a byte of it is kept, and no redirect is followed.
import { Agent, request } from 'undici';
import { checkDestination, type DestinationRules, guardedLookup } from './destination.ts';

export interface Posted {
  readonly status: number | null;
  /** `again`: it may go better later. */
  readonly outcome: 'delivered' | 'again' | 'refused';
  readonly error: string | null;
}

export interface Poster {
  post(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: Uint8Array,
    signal: AbortSignal,
  ): Promise<Posted>;
  close(): Promise<void>;
}

const ANSWER_BYTES = 16 * 1024;
const CONNECTIONS = 4;
const IDLE_MS = 4_000;

export function createPoster(rules: DestinationRules, timeoutMs: number): Poster {
  const agent = new Agent({
    allowH2: false,
    connections: CONNECTIONS,
    keepAliveTimeout: IDLE_MS,
    connect: { timeout: timeoutMs, lookup: guardedLookup(rules) },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  return {
    async post(url, headers, body, signal) {
      // An operator may have changed the rules since it was set; and an address of digits is never looked up.
      const fit = checkDestination(url, rules);
      if (!fit.ok) return { status: null, outcome: 'refused', error: fit.error };
      try {
        const answer = await request(url, {
          dispatcher: agent,
          method: 'POST',
          headers: { ...headers },
          body: Buffer.from(body),
          signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        });
        const { statusCode: status } = answer;
        await answer.body.dump({ limit: ANSWER_BYTES, signal }).catch(() => undefined);
        if (status >= 200 && status < 300) return { status, outcome: 'delivered', error: null };
        const mayTryAgain = status >= 500 || status === 408 || status === 429;
        return { status, outcome: mayTryAgain ? 'again' : 'refused', error: `it answered HTTP ${status}` };
      } catch (error) {
        const { code, message } = error as { readonly code?: string; readonly message: string };
        const isForbidden = code === 'EFORBIDDEN';
        return { status: null, outcome: isForbidden ? 'refused' : 'again', error: message };
      }
    },
    close: () => agent.destroy(),
  };
}
