// What the tests of single pages share: a browser that is signed in at an address, and the tokens of people.
import type { Gateway } from '@countersign/testkit';
import type { Browser } from 'playwright-core';
import { visit, type Visit, type VisitOptions } from './browser.ts';

/**
 * Opens `path` as the holder of `token`; the page itself may still be loading.
 *
 * WHY: what is shown before the token is taken is a `main` too. A test that went elsewhere then would leave before it had signed in.
 */
export async function openAt(
  browser: Browser,
  gateway: Pick<Gateway, 'admin'>,
  path: string,
  { token, ...options }: VisitOptions & { readonly token: string },
): Promise<Visit> {
  const opened = await visit(browser, gateway.admin, options);
  await opened.page.goto(`${gateway.admin}${path}#token=${token}`);
  await opened.page.locator('main#content').waitFor();
  return opened;
}

/** A token for a person of the world. */
export async function tokenOf(
  gateway: Pick<Gateway, 'cli'>,
  email: string,
  ...roles: readonly string[]
): Promise<string> {
  const issued = await gateway.cli(
    'users',
    'token',
    email,
    ...roles.flatMap((role) => ['--role', role]),
    '--json',
  );
  if (issued.code !== 0) throw new Error(`no token for ${email}: ${issued.stderr}`);
  return (JSON.parse(issued.stdout) as { token: string }).token;
}

/** How far the page could be scrolled sideways, which it never should. */
export const sideways = (page: Visit['page']): Promise<unknown> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
