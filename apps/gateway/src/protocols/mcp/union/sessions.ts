// Sessions at the endpoint for all servers: each stands for one session at every server that its client was let to. They are
// kept in memory; after a restart a client is told "not found", which in MCP means: open a new one.
import { randomBytes } from 'node:crypto';
import { createCrowd } from '../../../crowd.ts';
import type { JsonObject } from '../../json/types.ts';
import type { LegacyRevision } from '../operations.ts';

/** A session at one server. */
export interface Member {
  /** Null where the server keeps none. */
  readonly sessionId: string | null;
  readonly revision: LegacyRevision;
  readonly capabilities: JsonObject;
}

export type Opened =
  | { readonly ok: true; readonly member: Member; readonly instructions: string | null }
  | { readonly ok: false; readonly reason: string };

export interface UnionSession {
  readonly id: string;
  /** Agent and subject. */
  readonly owner: string;
  readonly revision: LegacyRevision;
  /** The client's `initialize`, for servers that are opened later. */
  readonly hello: Uint8Array;
  /** By server; a failure is tried again when it is next needed. */
  readonly members: Map<string, Promise<Opened>>;
  /** The servers that the client's open requests went to, by the JSON text of their ids. */
  readonly requests: Map<string, string>;
  /** The client has said that it is ready. */
  isReady: boolean;
  /** Milliseconds since the epoch. */
  usedAt: number;
}

export interface UnionSessions {
  open(owner: string, revision: LegacyRevision, hello: Uint8Array): UnionSession;
  /** Null for somebody else's as for one that never was. */
  find(id: string, owner: string): UnionSession | null;
  close(session: UnionSession): void;
}

/** Of one agent and subject, and of all; of whoever has most, the one that was not used for longest makes room. */
const LIMITS = { each: { count: 32, size: 32 }, all: { count: 4_096, size: 4_096 } };
const IDLE_MS = 24 * 60 * 60_000;

/** @param onGone told of a session that its client did not end. */
export function createUnionSessions(
  now: () => number,
  onGone: (session: UnionSession) => void,
): UnionSessions {
  /** The one that was used last comes last. */
  const sessions = new Map<string, UnionSession>();
  const crowd = createCrowd<UnionSession>(LIMITS);

  function forget(session: UnionSession): void {
    sessions.delete(session.id);
    crowd.delete(session);
  }

  function makeRoom(): void {
    for (const session of sessions.values()) {
      if (now() - session.usedAt < IDLE_MS) break;
      forget(session);
      onGone(session);
    }
    for (let gone = crowd.excess(); gone !== null; gone = crowd.excess()) {
      forget(gone);
      onGone(gone);
    }
  }

  return {
    open(owner, revision, hello) {
      const session: UnionSession = {
        id: randomBytes(24).toString('base64url'),
        owner,
        revision,
        hello,
        members: new Map(),
        requests: new Map(),
        isReady: false,
        usedAt: now(),
      };
      sessions.set(session.id, session);
      crowd.put(owner, session, 1);
      makeRoom();
      return session;
    },
    find(id, owner) {
      const session = sessions.get(id);
      if (session === undefined || session.owner !== owner || now() - session.usedAt >= IDLE_MS) return null;
      session.usedAt = now();
      forget(session);
      sessions.set(id, session);
      crowd.put(owner, session, 1);
      return session;
    },
    close: forget,
  };
}
