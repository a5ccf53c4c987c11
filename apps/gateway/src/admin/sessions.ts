// Console sessions: a random id in an HttpOnly cookie stands for how somebody signed in, so that no script ever holds a
// token. Kept in memory only: a restart ends them all. The map holds digests, so that a memory dump opens no session.
import { randomBytes } from 'node:crypto';
import { endGrant, type OidcGrant } from './oidc/grant.ts';
import { tokenDigest } from './tokens.ts';

const MAX_SESSIONS = 1000;
/** Whoever may sign in may not push everybody else out. */
const MAX_PER_USER = 20;

export type SignedInBy =
  /** `digest`: SHA-256 of the bearer token that opened it, lowercase hex. */
  | { readonly method: 'token'; readonly digest: string }
  | { readonly method: 'oidc'; readonly grant: OidcGrant };

export interface ConsoleSession {
  /** Name of the person; of two sessions of one name, either may end to make room. */
  readonly user: string;
  readonly by: SignedInBy;
  /** Milliseconds since the epoch, here and below. */
  readonly openedAt: number;
  /** When the person last proved who they are; null where the provider does not say. */
  readonly authenticatedAt: number | null;
  /** The end of it, however much it is used. */
  readonly expiresAt: number;
}

export interface Sessions {
  open(session: ConsoleSession): Opened;
  /** Each use puts off its end for want of use. */
  find(id: string, now: number): ConsoleSession | null;
  /** The same without counting as use: for what goes on by itself, and for what looks at itself. */
  look(id: string, now: number): ConsoleSession | null;
  /** The session that was closed; null where there was none. */
  close(id: string): ConsoleSession | null;
  /** By what `keyOf` says of its id: for whoever must not hold the id itself. */
  closeKey(key: string): ConsoleSession | null;
  /** Called after one has ended, for whatever reason but time. Returns how to stop listening. */
  onEnded(listener: () => void): () => void;
  /** All that last, with their keys and when each was used last; the newest first. */
  all(now: number): readonly OpenSession[];
}

export interface Opened {
  /** The cookie's value. */
  readonly id: string;
  /** Those that ended to make room for it. */
  readonly pushedOut: readonly ConsoleSession[];
}

export interface OpenSession {
  readonly key: string;
  readonly session: ConsoleSession;
  readonly usedAt: number;
}

/** Of a session that was closed, whether that is still to be recorded: somebody else who ended it at once has, where not. */
export function endSession(closed: ConsoleSession | null, why: string): boolean {
  return closed !== null && (closed.by.method === 'token' || endGrant(closed.by.grant, why));
}

/** What the id of a session is remembered as. */
export const keyOf = (id: string): string => tokenDigest(id);

export function createSessions({ idleMs }: { readonly idleMs: number }): Sessions {
  const byKey = new Map<string, { readonly session: ConsoleSession; usedAt: number }>();
  const listeners = new Set<() => void>();

  function take(key: string, now: number) {
    const held = byKey.get(key);
    if (held === undefined) return null;
    if (held.session.expiresAt > now && held.usedAt + idleMs > now) return held;
    byKey.delete(key);
    return null;
  }
  function end(key: string): void {
    byKey.delete(key);
    for (const listener of listeners) listener();
  }
  function closeKey(key: string): ConsoleSession | null {
    const held = byKey.get(key);
    if (held === undefined) return null;
    end(key);
    return held.session;
  }
  /** Oldest first out; those that are out. */
  function makeRoom(user: string): readonly ConsoleSession[] {
    const own = [...byKey].filter(([, { session }]) => session.user === user);
    const out = own.slice(0, Math.max(0, own.length - MAX_PER_USER + 1)).map(([key]) => closeKey(key));
    for (const key of byKey.keys()) {
      if (byKey.size < MAX_SESSIONS) break;
      out.push(closeKey(key));
    }
    return out.filter((session) => session !== null);
  }

  return {
    open(session) {
      const id = randomBytes(32).toString('base64url');
      const pushedOut = makeRoom(session.user);
      byKey.set(keyOf(id), { session, usedAt: session.openedAt });
      return { id, pushedOut };
    },
    find(id, now) {
      const held = take(keyOf(id), now);
      if (held !== null) held.usedAt = now;
      return held?.session ?? null;
    },
    look: (id, now) => take(keyOf(id), now)?.session ?? null,
    close: (id) => closeKey(keyOf(id)),
    closeKey,
    onEnded(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    all: (now) =>
      [...byKey.keys()]
        .flatMap((key) => {
          const held = take(key, now);
          return held === null ? [] : [{ key, ...held }];
        })
        .toReversed(),
  };
}
