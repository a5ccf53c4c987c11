// How a server and each of its definitions stand.
import type { Definition, Upstream } from '../../../api/types.ts';
import type { Sign } from '../../calls/model/wording.ts';
import { text } from '../text.ts';

/** Trouble first: it keeps agents from all of it; what is held back keeps them from a part. */
export function standingSign(
  server: Pick<Upstream, 'heldBack' | 'connections' | 'fetchedAt' | 'kind' | 'unlisted'>,
): Sign {
  if (typeof server.connections?.trouble === 'string') return { tone: 'deny', label: text.trouble };
  if (server.unlisted !== null) return { tone: 'warn', label: text.unlisted };
  if (server.heldBack > 0) return { tone: 'hold', label: text.heldBack(server.heldBack) };
  if (server.kind === 'mcp' && server.fetchedAt === null) return { tone: 'warn', label: text.neverListed };
  return { tone: 'quiet', label: text.well };
}

const STATES: Readonly<Record<Definition['state'], Sign['tone']>> = {
  accepted: 'allow',
  changed: 'hold',
  new: 'hold',
};

export const stateSign = ({ state }: Pick<Definition, 'state'>): Sign => ({
  tone: STATES[state],
  label: text.state[state],
});

/** What waits for somebody, apart from what does not. */
export function byNeed(definitions: readonly Definition[]): {
  readonly waiting: readonly Definition[];
  readonly accepted: readonly Definition[];
} {
  const isWaiting = ({ state }: Definition): boolean => state !== 'accepted';
  return {
    waiting: definitions.filter(isWaiting),
    accepted: definitions.filter((definition) => !isWaiting(definition)),
  };
}
