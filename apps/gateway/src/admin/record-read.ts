// That somebody reads what calls carried is an entry, on disk before they see any of it (docs/recording.md).
import type { AdminDeps } from './deps.ts';
import type { AdminPrincipal } from './principal.ts';
import { Refusal } from './refusal.ts';

export interface Reading {
  readonly of: 'details' | 'text';
  /** How many details are about to be shown. */
  readonly count: number;
  /** What was asked for, in words that can be asked again. */
  readonly query: string;
  readonly reason: string;
}

/** Throws a Refusal when it cannot be recorded: then nothing may be shown. */
export async function recordRead(
  { writer }: Pick<AdminDeps, 'writer'>,
  principal: AdminPrincipal,
  { of, count, query, reason }: Reading,
): Promise<void> {
  const committed = await writer.commit({
    entries: [
      {
        kind: 'log.read',
        call: null,
        agent: null,
        chain: null,
        body: { of, count, user: principal.uid },
        details: { query, reason, actor: JSON.stringify({ name: principal.user, via: 'api' }) },
      },
    ],
  });
  if (!committed.ok)
    throw new Refusal(
      503,
      'log_unavailable',
      'this reading cannot be recorded, so nothing is shown; try again',
    );
}
