// Posts entries to an HTTP receiver, newline-delimited, a batch a request. Any 2xx says that it took them; the headers
// name the batch, so that a receiver can tell a repetition.
import { Agent, request } from 'undici';
import { nativeLine } from '../exports/jsonl.ts';
import type { Delivery, DeliveryContext } from './types.ts';

const TIMEOUT_MS = 30_000;

export interface HttpTarget {
  readonly url: string;
  /** Secret. */
  readonly token: string | null;
  /** PEM; null: the system's authorities. */
  readonly ca: string | null;
}

export function webhookDelivery({ url, token, ca }: HttpTarget, { origin }: DeliveryContext): Delivery {
  const agent = new Agent({
    connections: 1,
    connect: { timeout: TIMEOUT_MS, ...(ca === null ? {} : { ca }) },
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
  });
  return {
    async send(entries, signal) {
      const response = await request(url, {
        dispatcher: agent,
        method: 'POST',
        signal,
        headers: {
          'content-type': 'application/x-ndjson',
          'countersign-origin': origin,
          'countersign-first': String(entries[0]?.index ?? 0),
          'countersign-last': String(entries.at(-1)?.index ?? 0),
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        },
        body: entries.map((entry) => `${nativeLine(entry)}\n`).join(''),
      });
      await response.body.dump();
      const { statusCode } = response;
      // A redirect is not followed: entries go where the configuration says, and nowhere else.
      if (statusCode < 200 || statusCode > 299) throw new Error(`the receiver answered ${statusCode}`);
    },
    close: () => agent.destroy(),
  };
}
