// Of which pages of the console there are pictures, in whose company, and when each is whole.
import type { Page } from 'playwright-core';

export interface Pictured {
  readonly name: string;
  /** As the console's table of routes has it. */
  readonly address: string;
  /** What its picture shows of it. */
  readonly search?: string;
  /** Resolves once all that it shows is there. */
  readonly whole: (page: Page) => Promise<void>;
}

/** Waits for what comes last on a page, and until nothing on it is still asked for. */
const once = (last: string) => async (page: Page) => {
  await page.locator(last).first().waitFor({ state: 'attached' });
  // What cannot be told in a minute is pictured as it is.
  for (let tries = 0; tries < 600 && (await page.getByText(/^Loading /).count()) > 0; tries += 1)
    await page.waitForTimeout(100);
};

/** A draft that was held against what happened. */
async function simulated(page: Page): Promise<void> {
  await page.locator('.cm-line').first().waitFor();
  await page.getByRole('button', { name: 'Simulate' }).click();
  await page.locator('table').first().waitFor();
}

/** In the quickstart's company: real agents, real calls, one payment held. */
export const OF_QUICKSTART: readonly Pictured[] = [
  { name: 'overview', address: '/', whole: once('.recharts-bar-rectangle') },
  { name: 'calls', address: '/calls', whole: once('.recharts-bar-rectangle') },
  { name: 'call', address: '/calls/$call', whole: once('[role="tabpanel"]') },
  { name: 'compare', address: '/compare', whole: once('table') },
  { name: 'chain', address: '/chains/$chain', whole: once('.react-flow__node') },
  { name: 'approvals', address: '/approvals', search: '?show=all', whole: once('[role="timer"]') },
  { name: 'approval', address: '/approvals/$approval', whole: once('main form') },
  { name: 'agents', address: '/agents', whole: once('[data-row]') },
  { name: 'agent', address: '/agents/$agent', whole: once('main table') },
  { name: 'graph', address: '/graph', whole: once('.react-flow__node') },
  { name: 'servers', address: '/servers', whole: once('[data-row]') },
  { name: 'server', address: '/servers/$server', whole: once('main section table') },
  { name: 'policies', address: '/policies', whole: once('[data-row]') },
  {
    name: 'policy-version',
    address: '/policies/versions/$version',
    search: '?tab=files&wide=true',
    whole: once('.cm-line'),
  },
  { name: 'policy-draft', address: '/policies/draft', search: '?panel=history', whole: simulated },
  { name: 'log', address: '/log', whole: once('dl') },
  { name: 'log-checkpoints', address: '/log/checkpoints', whole: once('table') },
  { name: 'log-witnesses', address: '/log/witnesses', whole: once('main h2') },
  { name: 'log-keys', address: '/log/keys', whole: once('pre') },
  { name: 'log-entries', address: '/log/entries', whole: once('main table') },
  { name: 'log-entry', address: '/log/entries/$index', whole: once('main pre') },
  { name: 'log-privacy', address: '/log/privacy', whole: once('dl') },
  { name: 'access', address: '/access', whole: once('dl') },
  { name: 'settings', address: '/settings', whole: once('h2') },
];

/** What nobody in the quickstart does: a change proposed, a set in the shadow, an export, an erasure. */
export const OF_COMPANY: readonly Pictured[] = [
  { name: 'policy-shadow', address: '/policies/shadow', whole: once('main dl') },
  { name: 'policy-change', address: '/policies/changes/$change', whole: once('main form') },
  { name: 'log-exports', address: '/log/exports', whole: once('main dl') },
  { name: 'log-erasure', address: '/log/privacy/$change', whole: once('main form') },
];

/** Three widths, and the dark theme at the widest. */
export const VIEWS = [
  { width: 375, height: 812, colorScheme: 'light' },
  { width: 1280, height: 800, colorScheme: 'light' },
  { width: 1920, height: 1080, colorScheme: 'light' },
  { width: 1920, height: 1080, colorScheme: 'dark' },
] as const;
export type View = (typeof VIEWS)[number];

export const fileOf = (name: string, { width, colorScheme }: View): string =>
  `${name}-${width}${colorScheme === 'dark' ? '-dark' : ''}.png`;
