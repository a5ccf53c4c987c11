// What an agent may know of the HTTP request that brought it its message.
import { type RequestContext, STATE_HEADERS_KEY } from '@a2a-js/sdk/server';

/** Header in which the gateway gives a callee its call token, and in which the callee passes it on (lower case). */
const CALL_TOKEN_HEADER = 'countersign-call-token';

export function inboundHeaders(context: RequestContext): Readonly<Record<string, string>> {
  const headers = context.context.state.get(STATE_HEADERS_KEY) as Record<
    string,
    string | string[] | undefined
  >;
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}

/** The call token of the inbound call: present it with every call made on its account, and the chain is extended. */
export function inboundCallToken(context: RequestContext): string | undefined {
  return inboundHeaders(context)[CALL_TOKEN_HEADER];
}
