// The task and the context that a request is about, as its caller wrote them: the gateway's names, not the agent's.
import type { InboundCall } from '../../pipeline/types.ts';

type Named = Pick<InboundCall, 'message'>;

/** The task of a GetTask, CancelTask or message; null where a message names none. */
export function namedTaskOf({ message }: Named): string | null {
  const sent = sentMessage(message?.params);
  return idIn(sent === null ? message?.params['id'] : sent['taskId']);
}

/** The context that a message is sent in. */
export function namedContextOf({ message }: Named): string | null {
  return idIn(sentMessage(message?.params)?.['contextId']);
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
