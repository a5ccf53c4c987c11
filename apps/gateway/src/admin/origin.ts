// Keeps other web pages out: which host names may address the admin plane (DNS rebinding), and that a request which
// rides on the session cookie comes from the console's own page (CSRF).
import type { MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import { Refusal } from './refusal.ts';

const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Refuses requests for a host name that is not ours. A hostile page whose own name was re-pointed at 127.0.0.1 is
 * same-origin with itself and would pass every other check; its `Host` gives it away.
 */
export function onlyKnownHosts(hosts: readonly string[]): MiddlewareHandler {
  const known = new Set([...LOOPBACK, ...hosts.map((host) => bracketed(host.toLowerCase()))]);
  return createMiddleware(async (c, next) => {
    const host = (c.req.header('host') ?? '').toLowerCase().replace(/:\d+$/, '');
    if (!known.has(host)) {
      throw new Refusal(
        403,
        'unknown_host',
        `\`${host}\` is no name of this gateway: use \`127.0.0.1\`, or the host that it is configured with`,
      );
    }
    await next();
  });
}

/**
 * Refuses a cookie-borne request that changes something unless it provably comes from the console's own origin.
 * SameSite alone does not tell ports apart: any other page on this machine is "same site". `consoleUrl` is the origin by
 * which people know the console, where what ends TLS in front of it makes that another than the request's own.
 */
export function refuseCrossSite(request: Request, consoleUrl: string): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const site = request.headers.get('sec-fetch-site');
  if (site === 'same-origin') return;
  const origin = request.headers.get('origin');
  if (site === null && (origin === new URL(request.url).origin || origin === new URL(consoleUrl).origin))
    return;
  throw new Refusal(403, 'bad_origin', 'a session is only good for requests of the console’s own page');
}

/** IPv6 addresses stand in brackets in a `Host` header. */
function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
