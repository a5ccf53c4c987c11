// Answers that are streams, written to their connection as they come: no reader's queue stands between a server's event and its
// client. Whatever else there is to answer with goes its usual way.
import type { ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Flow, flows, openFlow } from './flow.ts';

/** The answer itself where it is no such stream; else what tells the HTTP server that it is being sent. */
export function answerFlow(answer: Response, to: ServerResponse): Response {
  // An answer whose body is asked for is a web stream from then on, which is dear for a few bytes of JSON.
  const type = answer.headers.get('content-type')?.toLowerCase();
  if (type?.startsWith('text/event-stream') !== true) return answer;
  const { body } = answer;
  if (body === null || !flows(body) || to.destroyed || to.headersSent) return answer;
  to.writeHead(answer.status, Object.fromEntries(answer.headers));
  to.flushHeaders();
  const flow: Flow = openFlow(body, {
    data(bytes) {
      if (!to.write(bytes)) flow.pause();
    },
    flush: () => to.socket?.uncork(),
    end: () => void to.end(),
    fail: (error) => void to.destroy(error instanceof Error ? error : new Error(String(error))),
  });
  to.on('drain', () => flow.resume());
  const gone = (): void => void flow.cancel(undefined).catch(() => undefined);
  // Before the request is aborted, which would look as if the server had broken off.
  to.prependListener('close', gone);
  to.on('error', gone);
  flow.resume();
  return RESPONSE_ALREADY_SENT;
}
