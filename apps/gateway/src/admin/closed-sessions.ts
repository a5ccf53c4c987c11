// Sessions that end though nobody signed out of them: each is on record once, like those that were signed out of.
import type { AdminDeps } from './deps.ts';
import { adminAction } from './session-entries.ts';
import { type ConsoleSession, endSession } from './sessions.ts';

/** @param closed what was taken out of the sessions just now; null where there was none. */
export async function recordClosed(
  deps: Pick<AdminDeps, 'writer' | 'registry' | 'report'>,
  closed: ConsoleSession | null,
  why: string,
): Promise<void> {
  if (closed === null || !endSession(closed, why)) return;
  const { user, by } = closed;
  const uid = by.method === 'oidc' ? by.grant.uid : (deps.registry.current().users.get(user)?.uid ?? null);
  const recorded = await deps.writer.commit({
    entries: [adminAction('session_closed', uid, { user, by: by.method, why })],
  });
  // It is over all the same: nobody stays signed in because the log is full.
  if (!recorded.ok) deps.report(new Error(`that a session of \`${user}\` ended could not be recorded`));
}

/** What a new session ended, by taking the place of another in its browser or by needing room. */
export async function recordReplaced(
  deps: Parameters<typeof recordClosed>[0],
  replaced: ConsoleSession | null,
  pushedOut: readonly ConsoleSession[],
): Promise<void> {
  await recordClosed(deps, replaced, 'signed in anew');
  for (const closed of pushedOut) await recordClosed(deps, closed, 'made room for a newer one');
}
