// The standalone stream of a session, and its end: all servers' streams as one, each event under an id that says whose it is,
// so that a client that lost its connection goes on with each where it was.
import { mergeStreams } from '../batch.ts';
import { asClient } from './forward.ts';
import { innerRequest, isStream } from './inner.ts';
import { readId } from './names.ts';
import { memberHeaders, memberOf } from './open.ts';
import { serversFor } from './servers.ts';
import type { UnionSession } from './sessions.ts';
import type { Asking, UnionDeps } from './types.ts';

export async function openStreams(
  asking: Asking & { readonly session: UnionSession },
  deps: UnionDeps,
): Promise<Response> {
  const { request, headers, session, caller } = asking;
  const last = readId(headers.get('last-event-id'));
  const servers = await serversFor(caller, deps);
  const responses = await Promise.all(
    servers.map(async ({ name }) => {
      const opened = await memberOf(session, name, request, deps);
      if (!opened.ok) return null;
      const from = last?.server === name && typeof last.own === 'string' ? last.own : null;
      const inner = innerRequest(request, {
        headers: { ...memberHeaders(opened), 'content-type': null, 'last-event-id': from },
      });
      const response = await deps.serve(inner, name);
      if (response.status === 200 && isStream(response.headers)) return asClient(response, name, deps);
      await response.body?.cancel();
      return null;
    }),
  );
  const streams = responses.filter((response) => response !== null);
  if (streams.length === 0) return new Response(null, { status: 405, headers: { allow: 'POST, DELETE' } });
  return new Response(mergeStreams(streams, [], deps.mcp.eventBytes), {
    status: 200,
    headers: {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    },
  });
}

/** Ends the session, and with it those at the servers. */
export async function endSession(
  { request, session }: Asking & { readonly session: UnionSession },
  deps: UnionDeps,
): Promise<Response> {
  deps.sessions.close(session);
  await Promise.all(
    [...session.members].map(async ([server, opening]) => {
      const opened = await opening;
      if (!opened.ok || opened.member.sessionId === null) return;
      const inner = innerRequest(request, { headers: { ...memberHeaders(opened), 'content-type': null } });
      await (await deps.serve(inner, server)).body?.cancel();
    }),
  );
  return new Response(null, { status: 204 });
}
