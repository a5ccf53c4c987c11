// What a server tells beside the answers of a stream: passed where its revision knows it, told in fewer words on a quiet
// stream, and left out, on record, where it is about the work of somebody else.
import type { Deps } from '../../pipeline/deps.ts';
import type { CompletedCall } from '../../pipeline/types.ts';
import { warn } from '../../warnings.ts';
import { quietEvent } from '../quiet-sse.ts';
import { type SsePiece, withData } from '../sse.ts';
import type { SseAction } from '../sse-relay.ts';
import { finishCallWith, type FinishDeps } from './finish.ts';
import type { ListKind } from './listen-filter.ts';
import type { Peeked, ServerMessage } from './message.ts';
import { quietMessage } from './quiet.ts';
import { clientProgressToken } from './redeem.ts';
import { changedList, isRelayed, unrelayed } from './server-notifications.ts';
import { relatedTask, STATUS_NOTICE, tellTaskNotice } from './tasks/notices.ts';
import type { TellDeps } from './tasks/tell.ts';
import { messageOf } from '../../message-of.ts';

export interface NoticeDeps extends FinishDeps, Pick<TellDeps, 'tasks'> {
  readonly pipeline: Deps;
}

/** What of the stream notices touch. */
interface Around {
  readonly isQuietStream: boolean;
  /** False where the client was never asked what its server takes back. */
  cancelled(message: ServerMessage): boolean;
  /** The client hears now that one of its lists changed. */
  told(list: ListKind): void;
}

export type OnNotice = (piece: SsePiece, message: Peeked, method: string) => SseAction | Promise<SseAction>;

export function createNotices(call: CompletedCall, deps: NoticeDeps, around: Around): OnNotice {
  const { isQuietStream } = around;

  /** What names no task of anybody passes without a look at the store. */
  function onNotification(piece: SsePiece, message: Peeked, method: string): SseAction | Promise<SseAction> {
    if (method === 'notifications/cancelled' && !around.cancelled(message.whole())) return 'drop';
    if (changedList(method) !== null && call.upstream.kind === 'mcp')
      aside(deps.pipeline.catalogs.refresh(call.upstream.uid));
    if (method === STATUS_NOTICE && call.revision === '2025-11-25') return onTaskNotice(piece, method);
    return message.mayHaveMeta() ? relatedNotice(piece, message, method) : notice(piece, message, method);
  }

  async function relatedNotice(piece: SsePiece, message: Peeked, method: string): Promise<SseAction> {
    const task = await relatedTask(call, message.whole()['params'], deps);
    return task === 'foreign'
      ? unsaid(`\`${method}\` of a task of somebody else`)
      : notice(piece, message, method);
  }

  function notice(piece: SsePiece, message: Peeked, method: string): SseAction {
    if (!isRelayed(method, call.revision)) return unsaid(`\`${method}\``);
    const list = changedList(method);
    if (list !== null) around.told(list);
    const own = method === 'notifications/progress' ? ownProgress(call, message) : null;
    if (isQuietStream) return quietly(piece, own ?? message.whole(), method);
    return own === null ? 'pass' : withData(piece, JSON.stringify(own));
  }

  async function onTaskNotice(piece: SsePiece, method: string): Promise<SseAction> {
    const data = piece.data ?? new Uint8Array();
    const told = await tellTaskNotice(call, data, isQuietStream, deps, finishCallWith(deps));
    if (told === null) return unsaid(`\`${method}\` of a task of somebody else`);
    if (told === data) return 'pass';
    return (isQuietStream ? quietEvent : withData)(piece, Buffer.from(told).toString('utf8'));
  }

  function unsaid(what: string): 'drop' {
    deps.pipeline.traffic.reject(unrelayed(call.upstream.name, what));
    return 'drop';
  }

  return onNotification;
}

export function quietly(piece: SsePiece, message: ServerMessage, method: string): SseAction {
  const quiet = quietMessage(message, method);
  return quiet === null ? 'drop' : quietEvent(piece, JSON.stringify(quiet));
}

/** Progress of an approved call comes under the gateway's token (redeem.ts); null where it is not that. */
function ownProgress(call: CompletedCall, message: Peeked): ServerMessage | null {
  const token = clientProgressToken(call);
  if (token === undefined) return null;
  const whole = message.whole();
  const params = whole['params'] as ServerMessage | undefined;
  if (params?.['progressToken'] !== call.id) return null;
  return { ...whole, params: { ...params, progressToken: token } };
}

/** Work that no stream waits for: its failure is told, and must not end the process. */
function aside(work: Promise<unknown>): void {
  work.catch((error: unknown) => warn(messageOf(error)));
}
