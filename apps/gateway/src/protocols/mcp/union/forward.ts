// What goes on to one server, and what comes back of it, in the words of each side.
import type { RawBody } from '../../../pipeline/types.ts';
import { type LargeHead, readHeld } from '../../../upstreams/body.ts';
import { HELD_BYTES } from '../large.ts';
import { innerRequest, isStream } from './inner.ts';
import { memberHeaders, memberOf } from './open.ts';
import { renamed, renamedEvents } from './rename.ts';
import type { AskingMessage, UnionDeps } from './types.ts';
import { refused } from './words.ts';

export interface Outgoing {
  readonly server: string;
  readonly body: Uint8Array;
  readonly headers?: Readonly<Record<string, string | null>>;
}

export async function forwardTo(
  { server, body, headers = {} }: Outgoing,
  asking: AskingMessage,
  deps: UnionDeps,
): Promise<Response> {
  const { session, request, message } = asking;
  let own: Record<string, string | null> = {};
  if (session !== null) {
    const opened = await memberOf(session, server, request, deps);
    if (!opened.ok) {
      const text = `server \`${server}\` cannot be reached now: ${opened.reason}`;
      return refused(asking, { code: 'upstream_unavailable' }, text);
    }
    own = memberHeaders(opened);
    if (message.id !== null) noteRequest(session.requests, message.id, server);
  }
  const inner = innerRequest(request, {
    body,
    headers: { ...own, ...headers },
    cameAs: asking.body.sha256,
  });
  return asClient(await deps.serve(inner, server), server, deps);
}

/** The server's answer as the endpoint gives it. */
export async function asClient(response: Response, server: string, deps: UnionDeps): Promise<Response> {
  const headers = new Headers(response.headers);
  headers.delete('mcp-session-id');
  const { body, status } = response;
  if (body === null) return new Response(null, { status, headers });
  if (isStream(headers)) {
    const events = body.pipeThrough(
      renamedEvents(server, { eventBytes: deps.mcp.eventBytes, heldBytes: heldBytes(deps) }),
    );
    return new Response(events, { status, headers });
  }
  const read = await readHeld(body, heldBytes(deps));
  if (!read.ok) return new Response(null, { status: 502, headers });
  const { whole, large } = read.value;
  if (whole === null) return new Response(goingOn(large), { status, headers });
  headers.delete('content-length');
  return new Response(new Uint8Array(renamed(server, whole)), { status, headers });
}

/** What is larger passes as it comes, in its server's own names (../large.ts). */
function heldBytes({ mcp }: UnionDeps): number {
  return Math.min(HELD_BYTES, mcp.eventBytes / 2);
}

/** The rest of an answer behind what was read of it. */
function goingOn({ chunks, reader }: LargeHead): ReadableStream<Uint8Array> {
  const waiting = [...chunks];
  return new ReadableStream<Uint8Array>(
    {
      async pull(out) {
        const first = waiting.shift();
        if (first !== undefined) return out.enqueue(first);
        const { done, value } = await reader.read();
        if (done) out.close();
        else out.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

const MAX_REQUESTS = 1_024;
/** A longer id is not remembered: its request cannot be cancelled here. */
const MAX_ID = 256;

/** So that a cancellation finds its way. Ids are not used twice in a session: the oldest are over. */
function noteRequest(requests: Map<string, string>, id: string | number, server: string): void {
  if (typeof id === 'string' && id.length > MAX_ID) return;
  const [oldest] = requests.size >= MAX_REQUESTS ? requests.keys() : [];
  if (oldest !== undefined) requests.delete(oldest);
  requests.set(JSON.stringify(id), server);
}

/** The same to every server that has a session with the client; whether each took it does not matter to the others. */
export async function tellAll(asking: AskingMessage, body: RawBody, deps: UnionDeps): Promise<Response[]> {
  const { session, request } = asking;
  if (session === null) return [];
  return Promise.all(
    [...session.members].map(async ([server, opening]) => {
      const opened = await opening;
      if (!opened.ok) return new Response(null, { status: 502 });
      const inner = innerRequest(request, { body: body.bytes, headers: memberHeaders(opened) });
      return deps.serve(inner, server);
    }),
  );
}
