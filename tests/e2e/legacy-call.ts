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
  let session: string | null = null;
  async function send(method: 'POST' | 'DELETE', message: object | null, signal?: AbortSignal) {
    return fetch(url, {
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
  const clientInfo = { name: 'by hand', version: '1' };
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
  const opened = await send('POST', { id: 0, method: 'initialize', params });
  await opened.text();
  session = opened.headers.get('mcp-session-id');
  if (session === null) throw new Error(`no session was opened: ${opened.status}`);
  await (await send('POST', { method: 'notifications/initialized' })).text();
  return {
    id: session,
    post: (message, signal) => send('POST', message, signal),
    call: (id, name, args, signal) =>
      send('POST', { id, method: 'tools/call', params: { name, arguments: args } }, signal),
    end: () => send('DELETE', null),
  };
}
