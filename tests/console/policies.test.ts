// Policies in the console: what is in force is seen, what waits is opened with its difference and decided by a person, and
// what is not as it should be is told with its place.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { manifest, writeFiles } from '@countersign/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { policyFiles } from '../e2e/policy-files.ts';
import { callModern } from '../e2e/modern-call.ts';
import { openPublishers, parsed, type Publishers } from '../e2e/publisher.ts';
import { startWorld, type World } from '../e2e/world.ts';
import { accessibilityFaults, launchBrowser, visit, type Visit, type VisitOptions } from './browser.ts';

const OPEN = '@id("open")\npermit (principal is Agent, action in Action::"mcp", resource);\n';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
});

async function open(world: World, token: string, path: string, options: VisitOptions = {}): Promise<Visit> {
  const opened = await visit(browser, world.gateway.admin, options);
  await opened.page.goto(`${world.gateway.admin}${path}#token=${token}`);
  await opened.page.getByRole('table', { name: 'Versions' }).waitFor();
  return opened;
}

describe('where people publish', () => {
  let world: World;
  let people: Publishers;
  let fiona: string;
  beforeAll(async () => {
    world = await startWorld({ config: { policies: { group: 'finance' } } });
    people = await openPublishers(world.gateway);
    const issued = await world.gateway.cli('users', 'token', 'fiona@example.com');
    fiona = issued.stdout.trim();
  });
  afterAll(async () => {
    await people.close();
    await world.close();
  });

  test.each([
    ['light', 1280],
    ['dark', 320],
  ] as const)(
    'a change is opened from the list of what waits, read, and decided (%s, %i)',
    async (colorScheme, width) => {
      const id = `open-${colorScheme}`;
      await people.propose(OPEN.replace('"open"', `"${id}"`));
      const { page, context, errors, strayed } = await open(world, fiona, '/?view=policies', {
        colorScheme,
        width,
      });
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.getByRole('link', { name: 'as agreed by victor' }).click();
      await page.getByRole('heading', { name: 'What it changes' }).waitFor();
      const shown = await page.getByRole('region', { name: 'Proposed change' }).innerText();
      expect(shown).toContain(`+@id("${id}")`);
      expect(shown).toContain('0 of 1 approvals');
      expect(await page.getByRole('radio', { name: /^Reject/ }).isChecked()).toBe(true);
      expect(await accessibilityFaults(page)).toEqual([]);
      const sideways: unknown = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      expect(sideways).toBe(0);

      await page.getByRole('radio', { name: /^Approve/ }).check();
      await page.getByLabel('Reason').fill('read it twice');
      await page.getByRole('button', { name: 'Approve this change' }).click();
      await page.getByText('“read it twice”').waitFor();
      await page.getByText('In effect', { exact: true }).waitFor();
      await page.goBack();
      const newest = page.getByRole('table', { name: 'Versions' }).getByRole('row').nth(1);
      await newest.getByText('In force').waitFor();
      expect(await newest.innerText()).toContain('published: as agreed');
      const { active } = await world.admin<{ active: { sources: { text: string }[] } }>('/policies');
      expect(active.sources[0]?.text).toContain(id);
      expect([errors, strayed]).toEqual([[], []]);
      await context.close();
    },
  );

  test('the author is not offered a verdict', async () => {
    const change = await people.propose(`${OPEN}@id("more")\n${OPEN.split('\n')[1]}`, 'fiona');
    const { page, context } = await visit(browser, world.gateway.admin);
    await page.goto(`${world.gateway.admin}/?change=${change.id}#token=${fiona}`);
    await page.getByText('You proposed this change').waitFor();
    expect(await page.getByRole('button', { name: /this change/ }).count()).toBe(0);
    await context.close();
  });
});

test.each([
  ['light', 1280],
  ['dark', 320],
] as const)(
  'a change of the registry tells its fields, and the calls that would come out otherwise (%s, %i)',
  async (colorScheme, width) => {
    const world = await startWorld({ config: { registry: { review: 'required', group: 'finance' } } });
    const people = await openPublishers(world.gateway);
    const folder = await mkdtemp(join(tmpdir(), 'countersign-console-'));
    const url = `${world.gateway.data}/mcp/fixture`;
    const token = await world.token('worker', '/mcp/fixture');
    await (await callModern({ url, token, tool: 'echo', args: { text: 'x' } })).text();
    const worker = manifest('Agent', 'worker', {
      owner: 'olive',
      team: 'platform',
      purpose: 'the worker of the tests',
      capabilities: [],
      risk: 'medium',
      environment: 'production',
    });
    await writeFiles(folder, { 'worker.yaml': worker });
    const applied = await people.as('victor', 'apply', '-f', folder, '-m', 'it is done', '--json');
    const { change } = parsed(applied) as { change: string };
    const fiona = (await world.gateway.cli('users', 'token', 'fiona@example.com')).stdout.trim();
    const { page, context, errors, strayed } = await visit(browser, world.gateway.admin, {
      colorScheme,
      width,
    });
    await page.goto(`${world.gateway.admin}/?change=${change}#token=${fiona}`);
    const region = page.getByRole('region', { name: 'Proposed change' });
    await region.getByText('would come out otherwise', { exact: false }).waitFor();
    const shown = await region.innerText();
    expect(shown).toMatch(/Agent\s+worker\s+updated/);
    expect(shown).toMatch(/capabilities\s+was\s+\["fixture"\]\s+would be\s+\[\]/);
    expect(shown).toMatch(/worker\s+fixture\/echo\s+Allowed\s+→\s+Denied/);
    expect(shown).toContain('by members of finance besides the author');
    expect(await accessibilityFaults(page)).toEqual([]);
    const sideways: unknown = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect(sideways).toBe(0);
    expect([errors, strayed]).toEqual([[], []]);
    await context.close();
    await people.close();
    await world.close();
    await rm(folder, { recursive: true, force: true });
  },
);

test('a refused file is told with its place, and the way there says that something is wrong', async () => {
  const world = await startWorld();
  const token = world.gateway.adminToken ?? '';
  await policyFiles(world.gateway, token).write('zz.cedar', '\n@id("x")\npermit (principal action);');
  const { page, context, errors } = await open(world, token, '/?view=policies');
  await page.getByText('zz.cedar:3:', { exact: false }).waitFor();
  await page.getByRole('link', { name: /Policies.*not as they should be/ }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(errors).toEqual([]);
  await context.close();
  await world.close();
});
