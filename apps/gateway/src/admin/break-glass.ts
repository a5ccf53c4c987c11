// The token of the first start stays good where people sign in by a provider, as the way in when that is away; that it is
// used is told loudly, since it belongs to nobody in particular: an entry, and a line to the operator.
import { FIRST_USER } from '../registry/names.ts';
import type { LogWriter } from '../store/types.ts';
import { adminAction } from './session-entries.ts';

export interface BreakGlass {
  /** `how`: it opened a session, or came with a request. Of requests, the first in an hour is told. */
  used(principal: { readonly user: string }, how: 'session' | 'token'): void;
  is(principal: { readonly user: string }): boolean;
}

const QUIET_MS = 60 * 60 * 1000;

export function createBreakGlass(deps: {
  /** Whether there is another way in. */
  readonly isException: boolean;
  readonly writer: LogWriter;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly tell: (message: string) => void;
}): BreakGlass {
  let quietUntil = 0;
  const is = ({ user }: { readonly user: string }): boolean => deps.isException && user === FIRST_USER;
  return {
    is,
    used(principal, how) {
      if (!is(principal) || (how === 'token' && deps.now() < quietUntil)) return;
      if (how === 'token') quietUntil = deps.now() + QUIET_MS;
      const what = how === 'session' ? 'opened a session' : 'was used on the admin API';
      deps.tell(
        `the token of the built-in user \`${FIRST_USER}\` ${what}, although people sign in by the provider`,
      );
      void record(how);
    },
  };

  async function record(how: 'session' | 'token'): Promise<void> {
    const committed = await deps.writer.commit({
      entries: [adminAction('break_glass', null, { user: FIRST_USER, how })],
    });
    if (committed.ok) return;
    quietUntil = 0;
    deps.tell(
      `that the token of \`${FIRST_USER}\` was used could not be recorded: the audit log cannot be written`,
    );
  }
}
