// What becomes of the sessions at the servers when a session at the endpoint for all of them is pushed out: its client is not there to
// end them, so the gateway does, as the old revisions have it: with a DELETE, that its servers need not wait for.
import { warn } from '../../../warnings.ts';
import type { McpEndpointDeps } from '../endpoint.ts';
import { closeSession } from '../sessions.ts';
import type { Member, UnionSession } from './sessions.ts';

const PATIENCE_MS = 10_000;

/** Never throws: a server that cannot be told forgets its session by itself. */
export async function endMembers(session: UnionSession, mcp: McpEndpointDeps): Promise<void> {
  await Promise.all(
    [...session.members].map(async ([server, opening]) => {
      try {
        const opened = await opening;
        if (opened.ok) await endMember(server, opened.member, mcp);
      } catch (error) {
        warn(`a session at \`${server}\` could not be ended: ${String(error)}`);
      }
    }),
  );
}

async function endMember(
  server: string,
  { sessionId, revision }: Member,
  { pipeline, requests, held, sessions }: McpEndpointDeps,
): Promise<void> {
  const upstream = pipeline.registry.current().servers.get(server);
  if (sessionId === null || upstream === undefined) return;
  const of = { upstream, sessionId, credentials: { authorization: null } };
  held.endSession(of);
  requests.endSession(of);
  await closeSession(of, sessions);
  const sent = await pipeline.send(upstream, {
    method: 'DELETE',
    headers: new Map([
      ['mcp-session-id', sessionId],
      ['mcp-protocol-version', revision],
    ]),
    body: null,
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (sent.ok) await sent.value.body.cancel();
}
