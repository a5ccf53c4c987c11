// A client's webhook, inside this process: it keeps what it is told, with the header that A2A gives notifications.
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';

import { closeServer, listenOnLoopback } from '../listen.ts';

export type Hook = {
  readonly url: string;
  readonly told: { readonly token: string | undefined; readonly type: string; readonly body: unknown }[];
  /** Resolves once what was told satisfies `enough`. Bounded. */
  until(enough: (told: Hook['told']) => boolean): Promise<void>;
  close(): Promise<void>;
};

const PATIENCE_MS = 20_000;

export async function startHook(): Promise<Hook> {
  const told: Hook['told'] = [];
  let arrived = Promise.withResolvers<undefined>();
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      const token = request.headers['x-a2a-notification-token'];
      const type = request.headers['content-type']?.split(';')[0] ?? '';
      told.push({ token: typeof token === 'string' ? token : undefined, type, body });
      response.writeHead(200).end();
      arrived.resolve(undefined);
      arrived = Promise.withResolvers();
    });
  });
  const url = await listenOnLoopback(server, 0);
  return {
    url,
    told,
    until: async (enough) => {
      const late = Promise.withResolvers<never>();
      const timer = setTimeout(() => late.reject(new Error('the webhook was not told in time')), PATIENCE_MS);
      try {
        while (!enough(told)) await Promise.race([arrived.promise, late.promise]);
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => closeServer(server),
  };
}
