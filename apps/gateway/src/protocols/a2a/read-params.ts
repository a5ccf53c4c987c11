// The parameters of each operation, as far as the gateway must understand them before a caller is known: which tasks and
// contexts they name, and what policy is shown of them.
import { ok, refuse, type Result } from '../../errors.ts';
import { contentOf } from './content.ts';
import type { Dialect } from './dialects/types.ts';
import { type Envelope, readSend, readTaskName } from './envelope.ts';
import type { IdSite } from './ids.ts';
import { readListQuery } from './list-params.ts';
import { taskMember } from './named.ts';
import { type A2aOperation, INVALID_PARAMS } from './operations.ts';
import { pushInput, readPush } from './push/config.ts';

export interface Params {
  /** The tasks and contexts that the request names. */
  readonly ids: readonly IdSite[];
  /** JSON text for `context.input`; null where there is none. */
  readonly input: string | null;
}

export function readParams(
  operation: A2aOperation,
  bytes: Uint8Array,
  envelope: Envelope,
  headers: ReadonlyMap<string, string>,
  dialect: Dialect,
): Result<Params> {
  const { params, method } = envelope.message;
  switch (operation) {
    case 'a2a:message/send':
    case 'a2a:message/stream': {
      const ids = readSend(bytes, envelope, dialect);
      if (!ids.ok) return ids;
      const push = readPush(operation, params, dialect);
      if (!push.ok) return invalid(push.error);
      return ok({ ids: ids.value, input: contentOf(params, headers, dialect) });
    }
    case 'a2a:task/get':
    case 'a2a:task/cancel':
    case 'a2a:task/subscribe':
      return named(readTaskName(bytes, envelope), null);
    case 'a2a:task/list': {
      const query = readListQuery(params);
      return query.ok ? ok({ ids: [], input: null }) : invalid(query.error);
    }
    case 'a2a:push/set': {
      const push = readPush(operation, params, dialect);
      if (!push.ok) return invalid(push.error);
      return named(
        readTaskName(bytes, envelope, 'taskId'),
        push.value === null ? null : pushInput(push.value),
      );
    }
    case 'a2a:push/get':
    case 'a2a:push/list':
    case 'a2a:push/delete':
      return named(readTaskName(bytes, envelope, taskMember(method)), null);
    case 'a2a:card/extended':
      return ok({ ids: [], input: null });
  }
}

function named(ids: Result<IdSite[]>, input: string | null): Result<Params> {
  return ids.ok ? ok({ ids: ids.value, input }) : ids;
}

function invalid(message: string): Result<never> {
  return refuse('malformed_request', message, message, { rpcCode: INVALID_PARAMS });
}
