// SIGKILL at a random moment under load, again and again on the same data folder. The oracle is the upstream's own
// ledger, which is on disk before the tool answers: no effect without a decision, no answer without an outcome, exactly
// one `call.unknown` for each call that was open, nothing executed twice, and a log that verifies.
import { readLedger, spawnGateway } from '@countersign/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callModern } from '../e2e/modern-call.ts';
import { startWorld, type World } from '../e2e/world.ts';

const CYCLES = Number(process.env['KILL_CYCLES'] ?? 20);
const CALLERS = 8;

let world: World;
beforeAll(async () => {
  world = await startWorld({ latencyMs: 3 });
});
afterAll(async () => {
  await world.close();
});

interface CallRow {
  readonly id: string;
  readonly state: string;
  readonly decision: string;
}

test(`after each of ${CYCLES} kills the record is whole`, { timeout: 600_000 }, async () => {
  const answered = new Map<string, string>();
  let invoices = 0;
  let { gateway } = world;
  for (let cycle = 0; cycle < CYCLES; cycle += 1) {
    const { data } = gateway;
    const token = await world.issuer.mint({ clientId: 'clerk', resource: `${data}/mcp/payments` });
    const stopping = new AbortController();
    const caller = async () => {
      while (!stopping.signal.aborted) {
        invoices += 1;
        const invoice = `INV-${cycle}-${invoices}`;
        const args = { vendor: 'acme', amount_cents: 100, invoice };
        try {
          const response = await callModern({
            url: `${data}/mcp/payments`,
            token,
            tool: 'pay',
            args,
            signal: stopping.signal,
          });
          const body = await response.text();
          if (response.status === 200 && !body.includes('"isError":true'))
            answered.set(invoice, response.headers.get('countersign-call') ?? '');
        } catch {
          return; // the gateway is gone: that is the point
        }
      }
    };
    const callers = Array.from({ length: CALLERS }, caller);
    await untilEffects(readLedger(world.ledger).length + 1 + Math.floor(Math.random() * 40));
    await gateway.kill('SIGKILL');
    stopping.abort();
    await Promise.all(callers);
    gateway = await spawnGateway({ config: gateway.config, dataDir: gateway.dataDir });
  }

  const admin = { headers: { authorization: `Bearer ${world.gateway.adminToken}` } };
  const get = async <T>(path: string): Promise<T> =>
    (await (await fetch(`${gateway.admin}/api/v1${path}`, admin)).json()) as T;
  const byInvoice = new Map<string, CallRow>();
  const states = new Map<string, number>();
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: { calls: CallRow[]; nextCursor: string | null } = await get(
      `/calls?limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`,
    );
    for (const call of page.calls) {
      const detail = await get<{ entries: { kind: string }[] }>(`/calls/${call.id}`);
      const invoice = /INV-\d+-\d+/.exec(JSON.stringify(detail))?.[0] ?? '';
      expect(byInvoice.has(invoice), `${invoice} was decided twice`).toBe(false);
      byInvoice.set(invoice, call);
      const ends = detail.entries.filter(({ kind }) => kind === 'call.completed' || kind === 'call.unknown');
      expect(ends, `${call.id} must have exactly one end`).toHaveLength(1);
      states.set(call.state, (states.get(call.state) ?? 0) + 1);
    }
    cursor = page.nextCursor;
  }

  const effects = readLedger<{ invoice: string }>(world.ledger).map(({ invoice }) => invoice);
  expect(new Set(effects).size, 'an effect happened twice').toBe(effects.length);
  for (const invoice of effects) expect(byInvoice.get(invoice)?.decision, `effect ${invoice}`).toBe('allow');
  for (const [invoice, id] of answered)
    expect(byInvoice.get(invoice), `answer ${invoice}`).toMatchObject({ id, state: 'completed' });
  // A run in which nothing was ever caught in flight would show nothing.
  expect(states.get('unknown') ?? 0).toBeGreaterThan(0);
  expect(states.get('completed') ?? 0).toBeGreaterThan(CYCLES);
  expect([...states.keys()].toSorted()).toEqual(['completed', 'unknown']);

  const verified = await gateway.cli('verify', '--json');
  expect(verified.code, verified.stdout).toBe(0);
  await gateway.stop();

  async function untilEffects(count: number): Promise<void> {
    const deadline = Date.now() + 60_000;
    while (readLedger(world.ledger).length < count) {
      if (Date.now() > deadline) throw new Error(`no progress: ${gateway.stderr()}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
});
