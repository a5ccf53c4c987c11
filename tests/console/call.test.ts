// One call in the console, with a real gateway and real calls: why, when, for whom, what it carried, and that it is on
// record, which the browser checks by itself and the command line once more.
import { connectV1 } from '@countersign/testkit';
import type { Browser } from 'playwright-core';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startWorld, type World } from '../e2e/world.ts';
import { accessibilityFaults, launchBrowser, type Visit, type VisitOptions } from './browser.ts';
import { openAt, sideways, tokenOf } from './console-world.ts';

interface Row {
  readonly id: string;
  readonly resource: string | null;
  readonly decision: string;
}

let world: World;
let browser: Browser;
let folder: string;
let echoed: string;
let denied: string;
let approved: string;

beforeAll(async () => {
  world = await startWorld({ config: { hold: { maxSeconds: 60 } } });
  browser = await launchBrowser();
  folder = await mkdtemp(join(tmpdir(), 'countersign-call-'));
  // One text with a character that turns what follows around, one that is too long to be shown at once.
  await send('worker', 'fixture', 'echo', { text: 'an earlier one' });
  await send('worker', 'fixture', 'echo', { text: `pay \u202eemca${'x'.repeat(40_000)}` });
  echoed = await newest('echo', 'allow');
  await send('clerk', 'fixture', 'echo', { text: 'not mine' });
  denied = await newest('echo', 'deny');
  const paid = send('clerk', 'payments', 'pay', { vendor: 'acme', amount_cents: 250_000, invoice: 'INV-9' });
  approved = await approveHeld();
  await paid;
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

async function send(agent: string, server: string, name: string, input: Record<string, unknown>) {
  const client = await connectV1(`${world.gateway.data}/mcp/${server}`, {
    token: await world.token(agent, `/mcp/${server}`),
  });
  try {
    return await client.callTool({ name, arguments: input });
  } finally {
    await client.close();
  }
}

async function newest(resource: string, decision: string): Promise<string> {
  const { calls } = await world.admin<{ calls: Row[] }>('/calls?limit=50');
  const found = calls.find((call) => call.resource === resource && call.decision === decision);
  if (found === undefined) throw new Error(`no call of ${resource} that was ${decision}`);
  return found.id;
}

/** Approves the one held call as soon as it waits. */
async function approveHeld(): Promise<string> {
  const waiting = await vi.waitFor(
    async () => {
      const path = '/approvals?state=pending';
      const { approvals } = await world.admin<{ approvals: { id: string; call: string }[] }>(path);
      const [first] = approvals;
      if (first === undefined) throw new Error('nothing waits');
      return first;
    },
    { timeout: 20_000, interval: 50 },
  );
  const reviewed = await world.review(waiting.id, 'approve', 'it is in order');
  if (!reviewed.ok) throw new Error(`not approved: ${reviewed.status}`);
  return waiting.call;
}

const open = (path: string, options: VisitOptions & { readonly token?: string } = {}): Promise<Visit> =>
  openAt(browser, world.gateway, path, { token: world.gateway.adminToken ?? '', ...options });

async function clean({ context, errors, strayed }: Visit): Promise<void> {
  await context.close();
  expect(errors).toEqual([]);
  expect(strayed).toEqual([]);
}

test('its views stand in its address, and leaving it leaves the list as it was', async () => {
  const visit = await open(`/calls/${denied}`);
  const { page } = visit;
  await page.getByRole('article', { name: 'workers-use-the-fixture' }).waitFor();
  await page.getByRole('tab', { name: 'Timeline' }).click();
  await page.getByRole('heading', { name: 'What happened, in order' }).waitFor();
  expect(new URL(page.url()).search).toBe('?tab=timeline');
  await page.reload();
  await page.getByRole('heading', { name: 'What happened, in order' }).waitFor();
  await page.getByRole('tab', { name: 'Timeline' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.getByText('No person is named').waitFor();
  await page.getByRole('button', { name: 'Give it the whole page' }).click();
  await page.getByRole('table', { name: 'Calls' }).waitFor({ state: 'hidden' });
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({ tab: 'delegation', wide: 'true' });
  await page.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('table', { name: 'Calls' }).waitFor();
  expect(page.url()).toBe(`${world.gateway.admin}/calls`);
  await clean(visit);
});

test('earlier calls like it, and how they ended, stand beside why', async () => {
  const visit = await open(`/calls/${echoed}`);
  const earlier = visit.page.getByText(/^The newest \d+:/);
  expect(await earlier.innerText()).toBe('The newest 1: 1 allowed.');
  await clean(visit);
});

test('what belongs to it is led to, and its ids are copied', async () => {
  const visit = await open(`/calls/${approved}`);
  const { page, context } = visit;
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  for (const [button, form] of [
    ['Copy the chain’s id', /^chain_[0-9a-f]{32}$/],
    ['Copy the approval’s id', /^apr_[0-9a-f]{32}$/],
    ['Copy the digest of the version', /^[0-9a-f]{64}$/],
  ] as const) {
    await page.getByRole('button', { name: button }).click();
    await expect.poll(() => page.evaluate('navigator.clipboard.readText()')).toMatch(form);
  }
  await page.getByRole('tabpanel').getByRole('link', { name: 'clerk', exact: true }).click();
  await page.getByRole('region', { name: 'Agent' }).waitFor();
  await clean(visit);
});

test('a held call shows how long each part took, in bars and in words', async () => {
  const visit = await open(`/calls/${approved}?tab=timeline`);
  const { page } = visit;
  await page.getByRole('img', { name: /^Held for a person: .+, from \+.+ to \+/ }).waitFor();
  // An answer may begin with its last byte, or in the millisecond in which the call was sent.
  await page
    .getByRole('img', { name: /^(Waiting for the answer|Answer coming in): / })
    .first()
    .waitFor();
  expect(await page.getByRole('img', { name: /^Sent on, until answered: / }).count()).toBe(0);
  const said = await page.getByRole('table').last().innerText();
  expect(said).toMatch(
    /Decided · Held · waits for a person[^]+Approval asked for · of one person[^]+Reviewed · approve · approved · by fiona[^]+decision 2[^]+Answered · done · HTTP 200 · .+ · first byte after /,
  );
  await clean(visit);
});

describe('what it carried', () => {
  test('is shown once somebody said why: what hides is seen, what is long is cut and can be saved whole', async () => {
    const visit = await open(`/calls/${echoed}?tab=payload`);
    const { page } = visit;
    await page.getByText('Not shown: arguments, result').waitFor();
    await page.getByLabel('Why you look').fill('a complaint');
    await page.getByRole('button', { name: 'Reveal' }).click();
    const shown = page.getByRole('group', { name: 'Arguments' });
    expect(await shown.innerText()).toContain('pay \\u202eemca');
    expect((await shown.innerText()).length).toBeLessThan(34_000);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download Arguments' }).click();
    expect((await saved).suggestedFilename()).toBe(`${echoed}.arguments.json`);
    await page.getByRole('button', { name: 'Show all of it' }).first().click();
    await expect.poll(async () => (await shown.innerText()).length).toBeGreaterThan(40_000);
    // It stays while its reader looks at other views, and no longer.
    await page.getByRole('tab', { name: 'Proof' }).click();
    await page.getByRole('tab', { name: 'Payload' }).click();
    await shown.waitFor();
    await page.reload();
    await page.getByText('Not shown: arguments, result').waitFor();
    await clean(visit);
  });

  test('is not offered to somebody who may not see it, nor are proofs', async () => {
    const token = await tokenOf(world.gateway, 'victor@example.com', 'viewer');
    const visit = await open(`/calls/${echoed}?tab=payload`, { token });
    await visit.page.getByText('Only an auditor may see it.').waitFor();
    await visit.page.getByRole('tab', { name: 'Proof' }).click();
    await visit.page.getByText('Proofs of the log are an auditor’s.').waitFor();
    expect(await visit.page.getByText('header hashes to its leaf', { exact: true }).count()).toBe(2);
    expect(await visit.page.getByRole('button', { name: 'Download the proof bundle' }).count()).toBe(0);
    await clean(visit);
  });
});

describe('that it is on record', () => {
  const verdict = (page: Visit['page']) => page.getByRole('status').filter({ hasText: /signed log/ });

  test('is checked in the browser, entry by entry, toward a checkpoint that the log signed', async () => {
    const visit = await open(`/calls/${approved}?tab=proof`);
    const { page } = visit;
    await verdict(page).filter({ hasText: 'This browser checked it' }).waitFor();
    await page.getByText('signed by the key that this gateway names').waitFor();
    const entries = await page.getByText('in the log', { exact: true }).count();
    expect(entries).toBe(await page.getByText('header hashes to its leaf', { exact: true }).count());
    expect(entries).toBeGreaterThanOrEqual(5);
    await clean(visit);
  });

  test('is not believed of a gateway that shows another entry, or a proof of something else', async () => {
    const visit = await open('/calls');
    const { page } = visit;
    await page.route(`**/api/v1/calls/${approved}`, async (route) => {
      const answer = (await (await route.fetch()).json()) as { entries: { header: string }[] };
      const entries = answer.entries.map((entry) => ({
        ...entry,
        header: entry.header.replace('"decision":"hold"', '"decision":"deny"'),
      }));
      await route.fulfill({ json: { ...answer, entries } });
    });
    await page.goto(`${world.gateway.admin}/calls/${approved}?tab=proof`);
    await verdict(page).filter({ hasText: 'is not what the signed log says' }).waitFor();
    await page.getByText('header does not hash to its leaf').waitFor();
    expect(await page.getByText('This browser checked it').count()).toBe(0);
    await page.unrouteAll();

    await page.route(`**/api/v1/calls/${echoed}/proofs`, async (route) => {
      const answer = (await (await route.fetch()).json()) as { proofs: { index: number; proof: string[] }[] };
      const proofs = answer.proofs.map((each) => ({ ...each, proof: each.proof.toReversed() }));
      await route.fulfill({ json: { ...answer, proofs } });
    });
    await page.goto(`${world.gateway.admin}/calls/${echoed}?tab=proof`);
    await page.getByText('NOT in the log').first().waitFor();
    await page.unrouteAll();
    await clean(visit);
  });

  test('can be taken away with a reason, and the file verifies by the command line', async () => {
    const visit = await open(`/calls/${approved}?tab=proof`);
    const { page } = visit;
    await page.getByRole('button', { name: 'Download the proof bundle' }).click();
    await page.getByText('Say why you take it away.').waitFor();
    await page.getByLabel('Why you take it').fill('the auditor asked');
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download the proof bundle' }).click();
    const file = join(folder, (await saving).suggestedFilename());
    await (await saving).saveAs(file);
    expect(file).toMatch(/exp_[0-9a-f]{32}\.bundle\.jsonl$/);
    await page.getByText(/bundle\.jsonl with \d+ entries, recorded as entry \d+/).waitFor();
    const verified = await world.gateway.cli('verify', file);
    expect(verified.stdout).toMatch(/inclusion\s+passed/);
    expect(verified.code).toBe(0);
    await page
      .getByRole('button', { name: `Copy the command countersign export --call ${approved}` })
      .waitFor();
    await clean(visit);
  });

  test('is shown raw, exactly as the log has it', async () => {
    const visit = await open(`/calls/${denied}?tab=raw`);
    const shown = visit.page.getByRole('group', { name: /^Entry \d+, call\.decided$/ });
    expect(JSON.parse(await shown.innerText())).toMatchObject({
      v: 'countersign/entry/1',
      call: denied,
      body: { decision: 'deny', reason: 'no_permit' },
    });
    await clean(visit);
  });
});

test.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 320],
] as const)('axe finds nothing wrong with any view in %s at %i pixels', async (colorScheme, width) => {
  const visit = await open(`/calls/${approved}`, { colorScheme, width });
  const { page } = visit;
  for (const view of ['Why', 'Timeline', 'Delegation', 'Payload', 'Proof', 'Raw']) {
    await page.getByRole('tab', { name: view }).click();
    await page.getByRole('tabpanel', { name: view }).getByRole('heading').first().waitFor();
    if (view === 'Proof') await page.getByText('This browser checked it').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await sideways(page)).toBe(0);
  }
  await clean(visit);
});
