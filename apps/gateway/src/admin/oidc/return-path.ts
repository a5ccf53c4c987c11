// Where a sign-in leads back to: a path of the console, and nowhere else. Pure.

const LONGEST = 2000;
const BASE = 'http://console.invalid';

/**
 * The path, query included, in the one way to write it; `/` for whatever is none.
 *
 * SECURITY: a link that starts a sign-in is one that anybody can send. What a browser would take for another host
 * (`//host`, `/\host`, a tab or line feed in between) must not be where somebody ends up who has just signed in.
 */
export function returnPath(given: string | undefined): string {
  if (given === undefined || given.length > LONGEST || !given.startsWith('/')) return '/';
  if (/[\p{Cc}\\]/u.test(given)) return '/';
  const url = URL.parse(given, BASE);
  if (url === null || url.origin !== BASE || url.username !== '') return '/';
  const path = `${url.pathname}${url.search}`;
  return path.startsWith('//') || /^\/(api|health|metrics)(\/|$|\?)/.test(path) ? '/' : path;
}
