// What a client answers about its own tasks: that it made one of a question, how one stands, which there are. None of it is decided
// by itself, so none of it carries words: it is written anew from what it names (ADR 0027). What a task came to is an answer
// to its question, and decided as one. Pure.
import { refuse, type Result } from '../../errors.ts';
import type { ClientAnswer } from './envelope.ts';
import type { Asked } from './open-requests.ts';
import { type ToldTask, objectOf, quietTask, toldTask } from './tasks/form.ts';
import { RELATED_TASK } from './tasks/related.ts';

export interface TaskAnswer {
  /** It is the first word of a task. */
  readonly isNew: boolean;
  readonly operation: 'mcp:tasks/get' | 'mcp:tasks/list';
  /** Null for a list, and where there is none. */
  readonly told: ToldTask | null;
  /** What goes to the server. */
  readonly body: Uint8Array;
}

/** Ids are names, not texts. */
const MAX_CURSOR = 512;

/** Null for what is no such answer, but one to a question. @param isKnown whether its server may know of a task. */
export function readTaskAnswer(
  { operation, mayBeTask, task, id }: Pick<Asked, 'operation' | 'mayBeTask' | 'task' | 'id'>,
  { result, error }: Pick<ClientAnswer, 'result' | 'error'>,
  isKnown: (taskId: string) => boolean,
): Result<TaskAnswer> | null {
  const said = objectOf(result);
  const answer = (
    of: object,
    rest: Pick<TaskAnswer, 'isNew' | 'operation' | 'told'>,
  ): Result<TaskAnswer> => ({
    ok: true,
    value: { ...rest, body: Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, ...of })) },
  });
  switch (operation) {
    case 'mcp:tasks/get':
    case 'mcp:tasks/cancel': {
      const poll = { isNew: false, operation: 'mcp:tasks/get' } as const;
      if (error !== null) return answer({ error: quietError(error) }, { ...poll, told: null });
      const told = toldTask(said ?? undefined);
      if (!told.ok || told.value.id !== task?.id) return unfit('names no task, or another one');
      return answer({ result: quietTask(told.value) }, { ...poll, told: told.value });
    }
    case 'mcp:tasks/list': {
      const list = { isNew: false, operation, told: null } as const;
      if (error !== null) return answer({ error: quietError(error) }, list);
      const all = said?.['tasks'];
      if (!Array.isArray(all)) return unfit('lists no tasks');
      const tasks = all.flatMap((each) => {
        const told = toldTask(each);
        return told.ok && isKnown(told.value.id) ? [quietTask(told.value)] : [];
      });
      const { nextCursor } = said ?? {};
      const isMore = typeof nextCursor === 'string' && nextCursor.length <= MAX_CURSOR;
      return answer({ result: { tasks, ...(isMore ? { nextCursor } : {}) } }, list);
    }
    case 'mcp:tasks/result': {
      const related = objectOf(said?.['_meta'])?.[RELATED_TASK];
      const isOther = related !== undefined && objectOf(related)?.['taskId'] !== task?.id;
      return isOther ? unfit('is that of another task') : null;
    }
    default:
      break;
  }
  if (!mayBeTask || said === null || !Object.hasOwn(said, 'task')) return null;
  // A reader that does not look for a task would take the rest for the answer.
  if (Object.keys(said).some((name) => name !== 'task' && name !== '_meta'))
    return unfit('is a task and an answer at once');
  const told = toldTask(said['task']);
  if (!told.ok) return unfit(told.error);
  const made = { isNew: true, operation: 'mcp:tasks/get', told: told.value } as const;
  return answer({ result: { task: quietTask(told.value) } }, made);
}

/** JSON-RPC's own range: a code from it names a fault, and nothing else. */
const MIN_CODE = -32768;
const MAX_CODE = -32000;

function quietError(error: unknown): object {
  const code = objectOf(error)?.['code'];
  const isFault = typeof code === 'number' && Number.isInteger(code) && code >= MIN_CODE && code <= MAX_CODE;
  return { code: isFault ? code : -32603, message: 'the client answered with an error' };
}

function unfit(why: string): Result<never> {
  const message = `the answer ${why}, so it was not relayed`;
  return refuse('malformed_request', `an answer about a task: ${why}`, message, { rpcCode: -32602 });
}
