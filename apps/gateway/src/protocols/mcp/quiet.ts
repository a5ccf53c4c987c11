// Streams on which an answer is masked: whatever else a server says there could repeat what is masked, so that only what
// can hold none of it is told (DESIGN section 6). That a stream is quiet outlives the call, since it may be resumed.
import { sessionHolder } from '../../obligations/held-masks.ts';
import type { Deps } from '../../pipeline/deps.ts';
import type { AuthenticatedCall } from '../../pipeline/types.ts';
import type { ServerMessage } from './message.ts';
import { masksAround, type TaskReaders } from './tasks/rows.ts';

interface QuietDeps {
  readonly pipeline: Pick<Deps, 'masks'>;
  readonly tasks: TaskReaders;
}

export async function isQuiet(call: AuthenticatedCall, deps: QuietDeps): Promise<boolean> {
  if ((await masksAround(call, deps)).length > 0) return true;
  // The standalone stream, and a resumed one, tell again what belongs to earlier calls of the session.
  return call.operation === 'mcp:stream' && (await deps.pipeline.masks.held(sessionHolder(call))).length > 0;
}

/** What is left of a server's own message on such a stream; null where nothing is. */
export function quietMessage(message: ServerMessage, method: string): ServerMessage | null {
  const { jsonrpc, id } = message;
  if (method === 'ping') return { jsonrpc, id, method };
  if (method.endsWith('/list_changed')) return { jsonrpc, method };
  if (method !== 'notifications/progress') return null;
  const { progressToken, progress, total } = (message['params'] ?? {}) as ServerMessage;
  if (typeof progress !== 'number') return null;
  return {
    jsonrpc,
    method,
    params: { progressToken, progress, ...(typeof total === 'number' ? { total } : {}) },
  };
}
