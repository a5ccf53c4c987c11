// Clients that people have installed already, as published, each through the gateway and each with every answer that the gateway
// can give to a call: what the user of that client sees. No cell hangs, none is an empty success, and the server's own ledger
// says what was done. The table in docs/conformance.md is what was seen (`vitest run -u` writes it).
import { statSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readLedger, type Seen, type UserClient, userClients, withGenerated } from '@countersign/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Desk, openDesk } from '../e2e/desk.ts';
import { type FullDisk, fillDisk } from '../e2e/full-disk.ts';
import { callAs } from '../e2e/modern-call.ts';
import { policyFiles } from '../e2e/policy-files.ts';
import { SOON } from '../e2e/soon.ts';
import { startWorld, type World } from '../e2e/world.ts';
import { ANSWERS, type Answer, clientTable } from './client-table.ts';

const ENDPOINT = '/mcp/payments';
const DOCUMENT = fileURLToPath(new URL('../../docs/conformance.md', import.meta.url));
/** An answer that takes longer than this is none: the patience of the SDKs themselves. */
const PATIENCE_MS = 60_000;
const TOKEN_SECONDS = 1800;
const SHORT = `
@id("soon-forgotten") @approve("finance") @expires("1s")
forbid (principal, action == Action::"payments/pay", resource)
when { context.input.invoice like "SHORT-*" };
`;

let world: World;
let desk: Desk;
let home: string;
let disk: FullDisk | undefined;
const clients = new Map<string, UserClient>();
const table = new Map<string, Map<Answer, Seen>>();

beforeAll(async () => {
  world = await startWorld({ config: { hold: { maxSeconds: 30 } } });
  home = await mkdtemp(join(tmpdir(), 'countersign-clients-'));
  const token = world.gateway.adminToken ?? '';
  desk = openDesk(world.gateway, token);
  await policyFiles(world.gateway, token).publish('short.cedar', SHORT);
});
afterAll(async () => {
  await disk?.free();
  for (const client of clients.values()) await client.close();
  await world.close();
  await rm(home, { recursive: true, force: true });
});

/** What the payments server was told to pay, and paid. */
const paid = (invoice: string): number =>
  readLedger<{ invoice: string }>(world.ledger).filter((effect) => effect.invoice === invoice).length;

async function connected(name: string): Promise<UserClient> {
  const known = clients.get(name);
  if (known !== undefined) return known;
  const connect = userClients[name];
  if (connect === undefined) throw new Error(`there is no client \`${name}\``);
  const resource = `${world.gateway.data}${ENDPOINT}`;
  const token = await world.issuer.mint({ clientId: 'clerk', resource, lifetimeSeconds: TOKEN_SECONDS });
  const client = await connect({ url: resource, token, home });
  clients.set(name, client);
  return client;
}

/** Pays as the user of that client, while `meanwhile` goes on, and keeps what the user sees. */
async function pays(
  name: string,
  answer: Answer,
  payment: { readonly vendor?: string; readonly cents?: number; readonly invoice?: string },
  meanwhile: (invoice: string) => Promise<unknown> = async () => undefined,
): Promise<{ readonly saw: Seen; readonly effects: number }> {
  const client = await connected(name);
  const { vendor = 'acme', cents = 100, invoice = `${answer} ${name}` } = payment;
  const calling = client.call('pay', { vendor, amount_cents: cents, invoice });
  await meanwhile(invoice);
  const saw = await withinPatience(calling);
  const row = table.get(name) ?? new Map<Answer, Seen>();
  table.set(name, row.set(answer, saw));
  return { saw, effects: paid(invoice) };
}

async function withinPatience(calling: Promise<Seen>): Promise<Seen> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer in ${PATIENCE_MS} ms`)), PATIENCE_MS);
  try {
    return await Promise.race([calling, promise]);
  } finally {
    clearTimeout(timer);
  }
}

const failed = (words: RegExp) => ({
  how: expect.stringMatching(/^(?:tool error|exception)$/) as unknown,
  text: expect.stringMatching(words) as unknown,
});
const decided = (verdict: 'approve' | 'reject') => async (invoice: string) => {
  const { id } = await desk.pending(invoice);
  await desk.review(id, verdict, 'fiona');
};

describe.each(Object.keys(userClients))('the user of %s', (name) => {
  test('sees the result of a permitted call', async () => {
    const { saw, effects } = await pays(name, 'allowed', {});
    expect(saw).toEqual({ how: 'result', text: expect.stringContaining('"amount_cents":100') as unknown });
    expect(effects).toBe(1);
  });

  test('sees why a call is denied', async () => {
    const { saw, effects } = await pays(name, 'denied', { vendor: 'nobody-knows' });
    expect(saw).toEqual(failed(/denied by policy/));
    expect(effects).toBe(0);
  });

  test('sees the result once a held call is approved', async () => {
    const { saw, effects } = await pays(name, 'held, approved', { cents: 250_000 }, decided('approve'));
    expect(saw).toEqual({ how: 'result', text: expect.stringContaining('"amount_cents":250000') as unknown });
    expect(effects).toBe(1);
  });

  test('sees that a held call was rejected', async () => {
    const { saw, effects } = await pays(name, 'held, rejected', { cents: 250_000 }, decided('reject'));
    expect(saw).toEqual(failed(/reject/));
    expect(effects).toBe(0);
  });

  test('sees that nobody approved in time', async () => {
    const { saw, effects } = await pays(name, 'expired', { cents: 250_000, invoice: `SHORT-${name}` });
    expect(saw).toEqual(failed(/expired/));
    expect(effects).toBe(0);
  });

  test('sees an error while the log cannot be written', async () => {
    const size = () => statSync(join(world.gateway.dataDir, 'countersign.db-wal')).size;
    expect(size()).toBeGreaterThan(64 * 1024);
    disk = await fillDisk(world.gateway.pid);
    // The gateway learns of it by the first call that it cannot record.
    expect(await callAs(world, 'clerk', 'payments', 'list_payments', {})).toBe('refused');
    const { saw, effects } = await pays(name, 'log unavailable', {});
    await disk.free();
    disk = undefined;
    const ready = async () => (await fetch(`${world.gateway.admin}/health/ready`)).status;
    await expect.poll(ready, SOON).toBe(200);
    // A client that asks what the server speaks before each call is told then, and tells only the status.
    expect(saw).toEqual(failed(/audit log|out of service|could not be recorded|HTTP 503/));
    expect(effects).toBe(0);
  });
});

describe('while the server is down', () => {
  beforeAll(async () => {
    await world.payments.stop();
  });

  test.each(Object.keys(userClients))('the user of %s sees an error', async (name) => {
    const { saw, effects } = await pays(name, 'upstream down', {});
    expect(saw).toEqual(failed(/./));
    expect(effects).toBe(0);
  });
});

test('docs/conformance.md tells what was seen', async () => {
  for (const row of table.values()) expect([...row.keys()]).toEqual(ANSWERS);
  const document = await readFile(DOCUMENT, 'utf8');
  await expect(withGenerated(document, 'clients', clientTable(table))).toMatchFileSnapshot(DOCUMENT);
});
