// Every address of the console, as its own table of routes has them, and a company in which each of them has something to show.
import { readFileSync } from 'node:fs';
import { connectV1 } from '@countersign/testkit';
import { candidateOf } from '../e2e/candidate.ts';
import { openPublishers, parsed, type Publishers } from '../e2e/publisher.ts';
import { startWorld, type World } from '../e2e/world.ts';

const ROUTE =
  /const (?<name>\w+) = createRoute\(\{\s+getParentRoute: \(\) => (?<parent>\w+),\s+path: '(?<path>[^']+)'/g;

/** `/calls/$call` and so on, in the order in which they are declared. */
export function addressesOfConsole(): readonly string[] {
  const text = readFileSync(new URL('../../apps/console/src/routes.tsx', import.meta.url), 'utf8');
  const paths = new Map<string, string>();
  for (const { groups } of text.matchAll(ROUTE)) {
    const { name = '', parent = '', path = '' } = groups ?? {};
    const above = (paths.get(parent) ?? '').replace(/\/$/, '');
    paths.set(name, path === '/' && above !== '' ? above : `${above}/${path.replace(/^\//, '')}`);
  }
  if (paths.size !== text.split('= createRoute(').length - 1) throw new Error('a route was not read');
  return [...new Set(paths.values())];
}

/** What stands for each part of an address that begins with `$`. */
export type Named = Readonly<Record<string, string>>;

/** An address with what it is to show. */
export function pathTo(address: string, named: Named): string {
  const whose: Named = address.startsWith('/log/privacy/')
    ? { ...named, change: named['erasure'] ?? '?' }
    : named;
  const path = address.replace(/\$(\w+)/g, (_, name: string) => whose[name] ?? '?');
  return address === '/compare' ? `${path}?a=${named['call']}&b=${named['another']}` : path;
}

export interface Company extends World {
  readonly named: Named;
}

const POLICIES = `@id("workers-echo")
permit (principal is Agent, action in Action::"mcp", resource is Tool)
when { principal.capabilities.contains("fixture") };

@id("clerks-pay")
permit (principal is Agent, action == Action::"payments/pay", resource);

@id("large-payments-need-finance")
@approve("finance")
forbid (principal, action == Action::"payments/pay", resource)
when { context.input.amount_cents > 100000 };
`;

/** Calls of every end, a payment that waits, a set of policies proposed and one in the shadow, an export, and an erasure proposed. */
export async function startCompany(): Promise<Company> {
  const world = await startWorld({ config: { policies: { group: 'finance' } } });
  const people = await openPublishers(world.gateway);
  try {
    await people.approve((await people.propose(POLICIES)).id);
    await call(world, 'worker', 'fixture', 'echo', { text: 'one' });
    await call(world, 'clerk', 'fixture', 'echo', { text: 'not mine' });
    await call(world, 'clerk', 'payments', 'pay', {
      vendor: 'acme',
      amount_cents: 250_000,
      invoice: 'INV-1',
    });
    const candidate = await candidateOf(POLICIES, ['100000', '300000']);
    await taken(people, 'policy', 'shadow', 'set', candidate.folder);
    await candidate.remove();
    const proposed = await people.propose(POLICIES.replace('100000', '200000'));
    await taken(people, 'export', '--reason', 'yearly audit', '--format', 'jsonl', '--out', '-');
    const { calls } = await world.admin<{ calls: Listed[] }>('/calls?limit=10');
    const held = calls.find(({ approval }) => approval !== null);
    const another = calls.find(({ approval }) => approval === null);
    if (another === undefined || held === undefined) throw new Error('a call is not listed');
    const erasure = parsed(
      await people.as('victor', 'erase', '--call', another.id, '--basis', 'Art. 17 GDPR', '--json'),
    ) as { id: string };
    return {
      ...world,
      named: {
        call: held.id,
        another: another.id,
        chain: held.chain,
        approval: held.approval ?? '',
        agent: 'worker',
        server: 'fixture',
        version: '2',
        change: proposed.id,
        erasure: erasure.id,
        index: '3',
      },
    };
  } finally {
    await people.close();
  }
}

interface Listed {
  readonly id: string;
  readonly chain: string;
  readonly approval: string | null;
}

async function call(world: World, agent: string, server: string, name: string, input: object): Promise<void> {
  const url = `${world.gateway.data}/mcp/${server}`;
  const client = await connectV1(url, { token: await world.token(agent, `/mcp/${server}`) });
  await client.callTool({ name, arguments: { ...input } });
  await client.close();
}

async function taken(people: Publishers, ...command: string[]): Promise<void> {
  const { code, stderr } = await people.as('victor', ...command);
  if (code !== 0) throw new Error(stderr);
}
