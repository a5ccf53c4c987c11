// MCP sessions, bound to the principal that opened them. A session id is a name, never a credential: somebody else's
// valid token with it gets the same "not found" as an id that never was (protocols.md 1.3).
import type { Revision } from '@countersign/audit';
import { ok, refuse, type Result } from '../../errors.ts';
import type { AuthenticatedCall } from '../../pipeline/types.ts';
import type { Awaitable, LogWriter } from '../../store/types.ts';
import { MODERN_REVISION } from './operations.ts';

export interface SessionRow {
  readonly agentUid: string;
  readonly subject: string;
  readonly revision: Revision;
  readonly isClosed: boolean;
}

export interface SessionDeps {
  readonly writer: LogWriter;
  readonly session: (upstreamUid: string, id: string) => Awaitable<SessionRow | null>;
  readonly now: () => number;
}

/** The call, with the revision its session negotiated; or "not found". */
export async function admitToSession(
  call: AuthenticatedCall,
  deps: SessionDeps,
): Promise<Result<AuthenticatedCall>> {
  if (call.revision === MODERN_REVISION || call.sessionId === null) return ok(call);
  if (call.operation === 'mcp:initialize') {
    return refuse(
      'malformed_request',
      'initialize inside a session',
      '`initialize` opens a session and must not name one',
      { status: 400 },
    );
  }
  const row = await deps.session(call.upstream.uid, call.sessionId);
  if (
    row === null ||
    row.isClosed ||
    row.agentUid !== call.caller.agent?.uid ||
    row.subject !== subjectKey(call)
  ) {
    return refuse(
      'foreign_session',
      `session \`${call.sessionId}\` is not this caller's`,
      'Session not found: open a new one with `initialize`',
    );
  }
  return ok({ ...call, revision: row.revision });
}

/** Remembers whose session it is, before its id is told to anybody. */
export async function openSession(
  call: AuthenticatedCall,
  id: string,
  revision: Revision,
  deps: SessionDeps,
): Promise<Result<void>> {
  const result = await deps.writer.commit({
    entries: [],
    changes: [
      {
        insert: 'sessions',
        row: {
          upstream_uid: call.upstream.uid,
          id,
          agent_uid: call.caller.agent?.uid ?? '',
          subject: subjectKey(call),
          revision,
          created_at: deps.now(),
        },
      },
    ],
  });
  if (result.ok) return ok(undefined);
  if (result.code === 'log_unavailable')
    return refuse('log_unavailable', result.message, 'the session could not be recorded');
  return refuse(
    'upstream_invalid',
    `the server reused session id \`${id}\``,
    'the server behind this gateway opened a session that exists already',
  );
}

export async function closeSession(
  call: Pick<AuthenticatedCall, 'upstream' | 'sessionId'>,
  deps: SessionDeps,
): Promise<void> {
  if (call.sessionId === null) return;
  const where = { upstream_uid: call.upstream.uid, id: call.sessionId };
  await deps.writer.commit({
    entries: [],
    changes: [{ update: 'sessions', set: { closed_at: deps.now() }, where }],
  });
}

function subjectKey(call: AuthenticatedCall): string {
  return call.caller.subject?.key ?? '';
}
