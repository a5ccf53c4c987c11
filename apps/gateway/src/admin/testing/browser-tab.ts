// What a browser does of interest here: keeps the cookies that it is sent, sends those that fit, follows nothing.
import type { AdminUnderTest } from './admin-under-test.ts';

export interface BrowserTab {
  /** Cookies by name. */
  readonly cookies: Map<string, string>;
  /** The last `Set-Cookie` headers, whole. */
  readonly set: string[];
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
}

export function openTab(
  admin: Pick<AdminUnderTest, 'request'>,
  origin = 'http://127.0.0.1:4180',
): BrowserTab {
  const cookies = new Map<string, string>();
  const set: string[] = [];
  const request = async (
    path: string,
    init: Omit<RequestInit, 'headers'> & { readonly headers?: Record<string, string> },
  ): Promise<Response> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const url = new URL(path, origin);
    const response = await admin.request(`${url.pathname}${url.search}`, {
      ...init,
      headers: { ...(cookie === '' ? {} : { cookie }), host: new URL(origin).host, ...init.headers },
    });
    set.splice(0, set.length, ...response.headers.getSetCookie());
    for (const line of set) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      if (/Max-Age=0/i.test(line)) cookies.delete(pair.slice(0, at));
      else cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return response;
  };
  return {
    cookies,
    set,
    get: (path, headers = {}) => request(path, { headers }),
    send: (method, path, body, headers = {}) =>
      request(path, {
        method,
        headers: { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
  };
}
