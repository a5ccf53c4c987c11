import { type EntryHeader, newId, parseEntry } from '@countersign/audit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordCall } from '../admin/testing/recorded-calls.ts';
import { createChangeDesk } from '../changes/desk.ts';
import type { ChangeDesk } from '../changes/types.ts';
import type { Agent, User } from '../registry/types.ts';
import { createTestFolder, type TestFolder } from '../store/sqlite/testing/folder.ts';
import type { Store } from '../store/store.ts';
import { exposureChanges } from './exposure-changes.ts';

const NOW = 1_000_000;
const UNTIL = NOW + 1000;
const reader = newId('agt');
const CUSTOMER = 'sub_00000000000000000000000000000001';

let folder: TestFolder;
let store: Store;
let desk: ChangeDesk;
beforeEach(async () => {
  folder = await createTestFolder();
  store = await folder.open();
  const person = (name: string): [string, User] => [
    name,
    { uid: newId('usr'), name, email: `${name}@example.com`, groups: [], active: true, oidc: null },
  ];
  const registry = {
    users: new Map([person('olive'), person('fiona')]),
    groups: new Set<string>(),
    agents: new Map([['reader', { uid: reader, name: 'reader' } as Agent]]),
  };
  const deps = { registry: { current: () => registry }, now: () => NOW };
  desk = createChangeDesk({ ...deps, writer: store, reads: store.readers.changes });
  const rules = () => ({ quorum: 1, group: null, expiresMs: 60_000 });
  desk.register(exposureChanges({ ...deps, reads: store.readers.exposure, rules }));
});
afterEach(async () => {
  await store.close();
  folder.remove();
});

async function expose(
  holder: string,
  label: string,
  more: { readonly until?: number; readonly call?: string } = {},
): Promise<void> {
  const row = { holder, label, until: UNTIL, call: newId('call'), ...more };
  await store.commit({ entries: [], changes: [{ put: 'exposures', row }] });
}
const propose = (proposal: unknown) =>
  desk.propose({ of: 'exposure', author: 'olive', message: 'a test file, not a customer', proposal });
async function proposed(proposal: unknown): Promise<string> {
  const change = await propose(proposal);
  if (!change.ok) throw new Error(change.error.message);
  return change.value.id;
}
const approve = (change: string) =>
  desk.review({ change, reviewer: 'fiona', verdict: 'approve', reason: 'checked' });
async function entriesOf(kind: string) {
  const found: { readonly header: EntryHeader; readonly details: Readonly<Record<string, unknown>> }[] = [];
  for await (const { header, details } of store.readers.log.entries()) {
    const entry = parseEntry(header);
    if (!entry.ok || entry.value.kind !== kind) continue;
    const told = details.map(({ name, value }) => [name, JSON.parse(Buffer.from(value).toString())] as const);
    found.push({ header: entry.value, details: Object.fromEntries(told) });
  }
  return found;
}
const labels = (holder: string) => store.readers.exposure.exposure([holder], NOW);

describe('a declassification', () => {
  it('shows who is exposed to what, until when, and which call brought it', async () => {
    const { call } = await recordCall(store, { agent: 'reader', upstream: 'crm', tool: 'read' });
    await expose(reader, 'pii', { call });
    const change = await propose({ agent: 'reader', labels: ['pii'] });
    expect(change).toMatchObject({
      value: {
        effect: {
          exposures: [
            {
              holder: { kind: 'agent', uid: reader, name: 'reader' },
              label: 'pii',
              until: new Date(UNTIL).toISOString(),
              call,
              agent: 'reader',
              upstream: 'crm',
              resource: 'read',
            },
          ],
        },
      },
    });
    expect(await labels(reader)).toEqual(['pii']);
  });

  it('clears exactly that once it is agreed to, and records it in the same commit', async () => {
    await expose(reader, 'pii');
    await expose(reader, 'secret');
    await expose(CUSTOMER, 'pii');
    const id = await proposed({ agent: 'reader', subjects: [CUSTOMER], labels: ['pii'] });
    expect(await approve(id)).toMatchObject({ value: { state: 'applied' } });
    expect([await labels(reader), await labels(CUSTOMER)]).toEqual([['secret'], []]);
    expect(await entriesOf('exposure.cleared')).toMatchObject([
      {
        header: { agent: reader, body: { change: id } },
        details: {
          holders: [reader, CUSTOMER],
          labels: [
            { holder: reader, label: 'pii' },
            { holder: CUSTOMER, label: 'pii' },
          ],
          actor: { user: 'olive', reviewers: ['fiona'] },
        },
      },
    ]);
  });

  it('leaves what chains have touched', async () => {
    const { call, chain } = await recordCall(store, { agent: 'reader' });
    await store.commit({ entries: [], changes: [{ ensure: 'chain_labels', row: { chain, label: 'pii' } }] });
    await expose(reader, 'pii', { call });
    await approve(await proposed({ agent: 'reader', labels: ['pii'] }));
    expect([await labels(reader), await store.readers.exposure.chainLabels(chain)]).toEqual([[], ['pii']]);
  });

  it('names people as their tokens do', async () => {
    const { call } = await recordCall(store, { agent: 'reader', subject: 'customer-7' });
    await expose(CUSTOMER, 'pii', { call });
    await expose(reader, 'pii', { call });
    await approve(await proposed({ subjects: ['customer-7'], labels: ['pii'] }));
    expect([await labels(CUSTOMER), await labels(reader)]).toEqual([[], ['pii']]);
  });

  it('does not guess which of two people is meant', async () => {
    for (const end of ['1', '2']) {
      const { call } = await recordCall(store, { agent: 'reader', subject: 'customer-7' });
      await expose(CUSTOMER.replace(/.$/, end), 'pii', { call });
    }
    expect(await propose({ subjects: ['customer-7'], labels: ['pii'] })).toMatchObject({
      error: { code: 'invalid', message: expect.stringContaining('several issuers') as string },
    });
  });

  it.each([
    ['a newer call brought the label again', { call: newId('call') }],
    ['the same call brought it again later', { until: UNTIL + 1 }],
  ])('fails as a whole when %s', async (_why, anew) => {
    const call = newId('call');
    await expose(reader, 'pii', { call });
    await expose(reader, 'secret');
    const id = await proposed({ agent: 'reader', labels: ['pii', 'secret'] });
    await expose(reader, 'pii', { call, ...anew });
    expect(await approve(id)).toMatchObject({
      value: {
        state: 'failed',
        reason: expect.stringContaining('`pii` of agent `reader` came anew') as string,
      },
    });
    expect(await labels(reader)).toEqual(['pii', 'secret']);
    expect(await entriesOf('exposure.cleared')).toEqual([]);
  });

  it.each([
    ['nobody', { labels: ['pii'] }, 'names nobody'],
    ['no label', { agent: 'reader', labels: [] }, 'labels'],
    [
      'an agent that is not registered',
      { agent: 'ghost', labels: ['pii'] },
      'agent `ghost` is not registered',
    ],
    ['somebody who is exposed to nothing', { subjects: ['x'], labels: ['pii'] }, '`x` is exposed to nothing'],
    ['a label that nobody named has', { agent: 'reader', labels: ['pii', 'x'] }, 'exposed to `x`'],
    ['more than there is to say', { agent: 'reader', labels: ['pii'], until: 5 }, 'until'],
  ])('that names %s is refused', async (_what, proposal, message) => {
    await expose(reader, 'pii');
    expect(await propose(proposal)).toMatchObject({
      error: { code: 'invalid', message: expect.stringContaining(message) as string },
    });
  });

  it('is not made of what ended by itself', async () => {
    await expose(reader, 'pii', { until: NOW });
    expect(await propose({ agent: 'reader', labels: ['pii'] })).toMatchObject({
      error: { message: expect.stringContaining('exposed to nothing') as string },
    });
  });
});
