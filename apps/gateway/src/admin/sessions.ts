// Console sessions: a random id in an HttpOnly cookie stands for a bearer token, so that no script ever holds one.
// Kept in memory only: a restart ends them all. The map holds digests, so that a memory dump opens no session.
import { randomBytes } from 'node:crypto';
import { tokenDigest } from './tokens.ts';

export const SESSION_COOKIE = 'countersign_session';
export const SESSION_MS = 8 * 60 * 60 * 1000;
const MAX_SESSIONS = 1000;

interface ConsoleSession {
  /** SHA-256 of the bearer token that opened it, lowercase hex. */
  readonly tokenDigest: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface Sessions {
  /** Returns the cookie's value. */
  open(session: ConsoleSession): string;
  find(id: string, now: number): ConsoleSession | null;
  close(id: string): void;
}

export function createSessions(): Sessions {
  const byDigest = new Map<string, ConsoleSession>();
  return {
    open(session) {
      const id = randomBytes(32).toString('base64url');
      // Oldest first out: whoever holds a token may open sessions, but not fill the memory with them.
      for (const oldest of byDigest.keys()) {
        if (byDigest.size < MAX_SESSIONS) break;
        byDigest.delete(oldest);
      }
      byDigest.set(tokenDigest(id), session);
      return id;
    },
    find(id, now) {
      const key = tokenDigest(id);
      const session = byDigest.get(key);
      if (session === undefined) return null;
      if (session.expiresAt > now) return session;
      byDigest.delete(key);
      return null;
    },
    close(id) {
      byDigest.delete(tokenDigest(id));
    },
  };
}
