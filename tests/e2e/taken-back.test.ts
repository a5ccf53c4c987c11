// An approval that is taken back says by whom: in the entry, in what is exported of it and in what the API tells; and the log
// verifies. What a guard held is taken back by a person with an id, and by the built-in first user, who has none (H5, A4).
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ocsfFaults } from '../../apps/gateway/src/exports/testing/ocsf-validator.ts';
import { CSV_COLUMNS } from '../../apps/gateway/src/exports/csv.ts';
import { parseCsv } from '../../apps/gateway/src/exports/testing/readers.ts';
import { type Desk, openDesk } from './desk.ts';
import { type EntryHeader, entriesOf } from './entries.ts';
import { callModern } from './modern-call.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let desk: Desk;
beforeAll(async () => {
  world = await startWorld({ config: { hold: { maxSeconds: 0 } } });
  desk = openDesk(world.gateway, world.gateway.adminToken ?? '');
});
afterAll(() => world.close());

/** Held, approved by fiona, and taken back with this token before it was used. */
async function takenBack(invoice: string, token: string) {
  const response = await callModern({
    url: `${world.gateway.data}/mcp/payments`,
    token: await world.token('clerk', '/mcp/payments'),
    tool: 'pay',
    args: { vendor: 'acme', amount_cents: 250_000, invoice },
  });
  await response.text();
  const { id, call } = await desk.pending(invoice);
  expect((await desk.review(id, 'approve', 'fiona')).body.state).toBe('approved');
  const revoked = await fetch(`${world.gateway.admin}/api/v1/approvals/${id}/revoke`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ reason: 'the vendor was sold' }),
  });
  expect(revoked.status).toBe(200);
  const closed = (await entriesOf(world.gateway, 'approval.closed')).find(
    ({ body }) => body['approval'] === id,
  );
  const { call: row, timeline } = await world.admin<{
    call: { chain: string };
    timeline: { kind: string; by: string | null; reason: string | null }[];
  }>(`/calls/${call}`);
  return { id, closed: closed as EntryHeader, chain: row.chain, told: timeline.at(-1) };
}

async function exported(format: string, chain: string): Promise<string> {
  const args = ['export', '--format', format, '--chain', chain, '--disclose', 'all', '--out', '-'];
  const { code, stdout, stderr } = await world.gateway.cli(...args);
  if (code !== 0) throw new Error(`${args.join(' ')}: exit ${code}: ${stderr}`);
  return stdout;
}
async function records<T>(format: string, chain: string, isIt: (one: T) => boolean): Promise<T[]> {
  const lines = (await exported(format, chain)).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as T).filter(isIt);
}

test('by a person: they are who did it, in the entry and in every export, and what was taken back was an approval', async () => {
  const { stdout } = await world.gateway.cli('users', 'token', 'fiona@example.com', '--json');
  const { token } = JSON.parse(stdout) as { token: string };
  const { id, closed, chain, told } = await takenBack('BY-FIONA', token);
  const reviewed = await entriesOf(world.gateway, 'approval.reviewed');
  const fiona = reviewed.find(({ body }) => body['approval'] === id)?.body['reviewer'];
  expect(fiona).toMatch(/^usr_/);
  expect(closed.body).toEqual({ approval: id, state: 'withdrawn', previous: 'approved', user: fiona });
  expect(told).toMatchObject({ kind: 'closed', by: 'fiona', reason: 'the vendor was sold' });

  const { index } = closed;
  const ietf = await records<{ countersign: { index: number } }>(
    'ietf',
    chain,
    ({ countersign }) => countersign.index === index,
  );
  expect(ietf).toMatchObject([
    {
      type: 'authorization_transition',
      previous_state: { state: 'approved' },
      new_state: { state: 'withdrawn' },
      actor: { type: 'user', id: fiona, name: 'fiona' },
    },
  ]);
  const isIt = ({ metadata }: { metadata: { sequence: number } }) => metadata.sequence === index;
  const [ocsf] = await records<{ metadata: { sequence: number } }>('ocsf', chain, isIt);
  expect(ocsf).toMatchObject({ actor: { user: { uid: fiona, name: 'fiona', type: 'User' } } });
  expect(ocsfFaults(ocsf as never)).toEqual([]);
  const rows = parseCsv(await exported('csv', chain));
  const row = rows.find((cells) => cells[CSV_COLUMNS.indexOf('index')] === String(index));
  expect(['person_id', 'person'].map((name) => row?.[CSV_COLUMNS.indexOf(name)])).toEqual([fiona, 'fiona']);
  expect(await exported('html', chain)).toContain('<bdi>fiona</bdi></strong> took the approval back');
});

test('by the built-in first user, who has no id: the name is there, as it is of whatever they read', async () => {
  const { id, closed, chain, told } = await takenBack('BY-ADMIN', world.gateway.adminToken ?? '');
  expect(closed.body).toEqual({ approval: id, state: 'withdrawn', previous: 'approved', user: null });
  expect(told).toMatchObject({ kind: 'closed', by: 'admin' });
  const isIt = ({ countersign }: { countersign: { index: number } }) => countersign.index === closed.index;
  expect(await records('ietf', chain, isIt)).toMatchObject([
    { actor: { type: 'user', id: null, name: 'admin' }, trigger: { type: 'user_revocation' } },
  ]);
  const verified = await world.gateway.cli('verify', '--data', world.gateway.dataDir);
  expect([verified.code, verified.stdout]).toEqual([0, expect.any(String)]);
});
