// The task and the context that a request is about, as its caller wrote them: the gateway's names, not the agent's.
import type { InboundCall } from '../../pipeline/types.ts';

type Named = Pick<InboundCall, 'message' | 'operation'>;

/** The task that a request is about; null where it names none. */
export function namedTaskOf({ message, operation }: Named): string | null {
  const params = message?.params;
  switch (operation) {
    case 'a2a:message/send':
    case 'a2a:message/stream':
      return idIn(sentMessage(params)?.['taskId']);
    case 'a2a:task/get':
    case 'a2a:task/cancel':
    case 'a2a:task/subscribe':
      return idIn(params?.['id']);
    case 'a2a:push/set':
      return idIn(params?.['taskId']);
    case 'a2a:push/get':
    case 'a2a:push/list':
    case 'a2a:push/delete':
      return idIn(params?.[message === null ? 'taskId' : taskMember(message.method)]);
    default:
      return null;
  }
}

/** The member of a request about push notifications that names the task: 0.3 calls it `id`, where it names no address. */
export function taskMember(method: string): 'id' | 'taskId' {
  return method.includes('/') && !method.endsWith('/set') ? 'id' : 'taskId';
}

/** The context that a message is sent in. */
export function namedContextOf({ message }: Pick<InboundCall, 'message'>): string | null {
  return idIn(sentMessage(message?.params)?.['contextId']);
}

/** Whether it is answered with a stream of events. */
export function isStreamCall({ operation }: Pick<InboundCall, 'operation'>): boolean {
  return operation === 'a2a:message/stream' || operation === 'a2a:task/subscribe';
}

export function isMessageCall({ operation }: Pick<InboundCall, 'operation'>): boolean {
  return operation === 'a2a:message/send' || operation === 'a2a:message/stream';
}

function sentMessage(
  params: Readonly<Record<string, unknown>> | undefined,
): Readonly<Record<string, unknown>> | null {
  const sent = params?.['message'];
  return typeof sent === 'object' && sent !== null ? (sent as Readonly<Record<string, unknown>>) : null;
}

function idIn(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
