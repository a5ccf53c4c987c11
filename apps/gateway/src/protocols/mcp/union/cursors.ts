// Cursors at the endpoint for all servers: the servers that have more to list, each with its own cursor. Nothing in it is
// secret or trusted: what comes back names servers that the caller is let to, or is refused.
import { isObject } from './inner.ts';

const MAX_CHARACTERS = 64 * 1024;

export function cursorOf(next: ReadonlyMap<string, string>): string {
  return Buffer.from(JSON.stringify(Object.fromEntries(next))).toString('base64url');
}

/** By server, null for its first page: all servers where there is no cursor. Null for what is none of ours. */
export function readCursor(
  cursor: unknown,
  servers: readonly string[],
): ReadonlyMap<string, string | null> | null {
  if (cursor === undefined) return new Map(servers.map((server) => [server, null]));
  if (typeof cursor !== 'string' || cursor.length > MAX_CHARACTERS) return null;
  let read: unknown;
  try {
    read = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
  if (!isObject(read)) return null;
  const asked = new Map<string, string>();
  for (const [server, own] of Object.entries(read)) {
    if (typeof own !== 'string') return null;
    // A server that the caller is let to no more has nothing more to list.
    if (servers.includes(server)) asked.set(server, own);
  }
  return asked;
}
