// The cookies of the admin plane, named so that the browser itself guards them: a `__Host-` cookie is taken only from this
// very host, over a connection that others cannot read, and for all of its paths.
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { isLoopbackHost } from '../config/fields.ts';

/** `strict` is never sent by another site's doing; `lax` is, where the person is sent here by it. */
export interface CookieKind {
  readonly name: string;
  readonly sameSite: 'Strict' | 'Lax';
}

export const SESSION_COOKIE: CookieKind = { name: 'countersign_session', sameSite: 'Strict' };
export const SIGN_IN_COOKIE: CookieKind = { name: 'countersign_sign_in', sameSite: 'Lax' };

const GUARDED = '__Host-';

export interface Cookies {
  read(c: Context, kind: CookieKind): string | undefined;
  write(c: Context, kind: CookieKind, value: string, maxAgeSeconds: number): void;
  remove(c: Context, kind: CookieKind): void;
}

/** `publicUrl`: the console's address as people know it, where something in front of the gateway speaks https; or null. */
export function createCookies(publicUrl: string | null): Cookies {
  const isGuarded = (c: Context): boolean => {
    const url = new URL(c.req.url);
    if (url.protocol === 'https:') return true;
    const known = publicUrl === null ? null : new URL(publicUrl);
    const host = (c.req.header('host') ?? '').toLowerCase();
    if (known?.protocol === 'https:' && (known.host === host || known.hostname === host)) return true;
    return isLoopbackHost(hostName(host)) && !isWebKit(c.req.header('user-agent'));
  };
  const scope = (kind: CookieKind, secure: boolean) =>
    ({ httpOnly: true, sameSite: kind.sameSite, path: '/', secure }) as const;
  return {
    // SECURITY: where the browser guards the name, the other one is nobody's: anything on this host could have set it.
    read: (c, { name }) => getCookie(c, isGuarded(c) ? `${GUARDED}${name}` : name),
    write(c, kind, value, maxAge) {
      const guarded = isGuarded(c);
      setCookie(c, guarded ? `${GUARDED}${kind.name}` : kind.name, value, {
        ...scope(kind, guarded),
        maxAge,
      });
    },
    remove(c, kind) {
      const guarded = isGuarded(c);
      deleteCookie(c, guarded ? `${GUARDED}${kind.name}` : kind.name, scope(kind, guarded));
    },
  };
}

const hostName = (host: string): string => host.replace(/:\d+$/, '');

// Chromium and Firefox take a Secure cookie from this very machine over http, as Secure Contexts has it; WebKit drops it.
function isWebKit(agent = ''): boolean {
  return /\bAppleWebKit\b/.test(agent) && !/\b(Chrome|Chromium|CriOS|Edg|HeadlessChrome)\//.test(agent);
}
