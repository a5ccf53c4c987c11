// A session of MCP 2025-11-25 by hand, so that a test can lose its connection, cancel by id, or end the session.

export interface LegacySession {
  readonly id: string;
  post(message: object, signal?: AbortSignal): Promise<Response>;
  /** `tools/call`. */
  call(id: number, tool: string, args: object, signal?: AbortSignal): Promise<Response>;
  end(): Promise<Response>;
}

/** @param token a fresh token for each request. */
export async function openLegacySession(url: string, token: () => Promise<string>): Promise<LegacySession> {
  const clientInfo = { name: 'by hand', version: '1' };
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
  const opened = await sender(url, token, null)('POST', { id: 0, method: 'initialize', params });
  await opened.text();
  const id = opened.headers.get('mcp-session-id');
  if (id === null) throw new Error(`no session was opened: ${opened.status}`);
  const session = knownLegacySession(url, token, id);
  await (await session.post({ method: 'notifications/initialized' })).text();
  return session;
}

/** One that was opened earlier, perhaps at another address of the gateway. */
export function knownLegacySession(url: string, token: () => Promise<string>, id: string): LegacySession {
  const send = sender(url, token, id);
  return {
    id,
    post: (message, signal) => send('POST', message, signal),
    call: (callId, name, args, signal) =>
      send('POST', { id: callId, method: 'tools/call', params: { name, arguments: args } }, signal),
    end: () => send('DELETE', null),
  };
}

function sender(url: string, token: () => Promise<string>, session: string | null) {
  return async (method: 'POST' | 'DELETE', message: object | null, signal?: AbortSignal) =>
    fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${await token()}`,
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2025-11-25',
        ...(message === null ? {} : { 'content-type': 'application/json' }),
        ...(session === null ? {} : { 'mcp-session-id': session }),
      },
      ...(message === null ? {} : { body: JSON.stringify({ jsonrpc: '2.0', ...message }) }),
      ...(signal === undefined ? {} : { signal }),
    });
}
