import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReviewedChange } from '../../changes/types.ts';
import {
  agent,
  doc,
  openReviewedRegistry,
  parsed,
  person,
  type ReviewedRegistry,
  server,
} from './testing/reviewed-registry.ts';

let t: ReviewedRegistry;
beforeEach(async () => {
  t = await openReviewedRegistry();
});
afterEach(() => t.close());

async function proposed(...yaml: readonly string[]): Promise<ReviewedChange> {
  const { change } = await t.submit(...yaml);
  if (change === null) throw new Error('nothing of it waits');
  return change;
}
const approve = (change: string, reviewer = 'fiona') =>
  t.changes.review({ change, reviewer, verdict: 'approve', reason: '' });
const invoice = () => t.registry.current().agents.get('invoice');
const RISKY = agent('invoice', ', risk: high');

describe('a change that moves decisions', () => {
  it('waits, and is made in one commit with its end once somebody else agreed', async () => {
    const change = await proposed(RISKY);
    expect(change).toMatchObject({ of: 'registry', state: 'pending', author: 'olive', quorum: 1 });
    expect(invoice()?.risk).toBe(1);
    expect(await approve(change.id, 'olive')).toMatchObject({ error: { code: 'not_a_reviewer' } });
    expect(await approve(change.id)).toMatchObject({ value: { state: 'applied' } });
    expect(invoice()?.risk).toBe(3);
    expect(await t.entries()).toEqual([
      'change.proposed',
      'change.reviewed',
      'registry.changed',
      'change.closed applied',
    ]);
  });

  it('shows each object field by field, with what it moves', async () => {
    const { effect } = await proposed(
      agent('invoice', ', risk: high, identities: []'),
      server(', tools: {pay: {openWorld: false, labels: [pii]}, list: {}}, mask: [result.iban]'),
    );
    expect(effect).toMatchObject({
      objects: [
        {
          op: 'updated',
          kind: 'Agent',
          name: 'invoice',
          fields: [{ field: 'risk', before: 'low', after: 'high', moves: ['policy'] }],
        },
        {
          kind: 'MCPServer',
          fields: [
            { field: 'mask', before: [], after: ['result.iban'], moves: ['gateway'] },
            { field: 'tools.pay.labels', before: [], after: ['pii'], moves: ['policy', 'gateway'] },
            { field: 'tools.list', before: null },
          ],
        },
      ],
    });
  });

  it('is not made of an object that somebody changed since', async () => {
    const change = await proposed(RISKY);
    await t.submit(agent('invoice', ', risk: low, status: quarantined'));
    expect(await approve(change.id)).toMatchObject({
      value: { state: 'failed', reason: expect.stringContaining('changed by something else') as string },
    });
    expect(invoice()).toMatchObject({ risk: 1, status: 'quarantined' });
  });

  it('is not made when what it refers to has gone the other way', async () => {
    const change = await proposed(agent('invoice', ', risk: low').replace('olive', 'victor'));
    await t.submit(person('victor', ', active: false'));
    expect(await approve(change.id)).toMatchObject({
      value: { state: 'failed', reason: expect.stringContaining('not active') as string },
    });
    expect(invoice()?.owner.name).toBe('olive');
  });

  it('does not register twice what two people proposed as new', async () => {
    const both = [await proposed(agent('new', ', risk: low')), await proposed(agent('new', ', risk: high'))];
    for (const { id } of both) await approve(id);
    const ends = await Promise.all(both.map(({ id }) => t.store.readers.changes.get(id)));
    expect(ends.map((end) => end?.state)).toEqual(['applied', 'failed']);
    expect(t.registry.current().agents.get('new')?.risk).toBe(1);
  });

  it('is there again after a restart, as it was agreed to', async () => {
    await approve((await proposed(RISKY)).id);
    const rows = await t.store.readers.registry.objects();
    expect(rows.find(({ name }) => name === 'invoice')).toMatchObject({
      generation: 2,
      manifest: expect.stringContaining('"risk":"high"') as string,
    });
  });
});

describe('what nobody has to agree to', () => {
  it('a quarantine is in force when the answer comes, and what was applied with it waits', async () => {
    const {
      applied,
      proposed: waiting,
      change,
    } = await t.submit(agent('invoice', ', risk: high, status: quarantined'));
    expect(invoice()).toMatchObject({ status: 'quarantined', risk: 1 });
    expect(applied).toMatchObject([{ op: 'updated', kind: 'Agent', name: 'invoice' }]);
    expect(waiting).toEqual([{ kind: 'Agent', name: 'invoice' }]);
    expect(change?.effect).toMatchObject({ objects: [{ fields: [{ field: 'risk' }] }] });
    await approve(change?.id ?? '');
    expect(invoice()).toMatchObject({ status: 'quarantined', risk: 3 });
    expect((await t.entries())[0]).toBe('registry.changed unreviewed');
  });

  it('lifting it again has to be agreed to', async () => {
    await t.submit(agent('invoice', ', risk: low, status: quarantined'));
    const change = await proposed(agent('invoice', ', risk: low, status: active'));
    expect(invoice()?.status).toBe('quarantined');
    await approve(change.id);
    expect(invoice()?.status).toBe('active');
  });

  it('is made at once beside what waits', async () => {
    const { applied, proposed: waiting } = await t.submit(doc('Group', 'finance', '{}'), RISKY);
    expect(applied.map(({ name }) => name)).toEqual(['finance']);
    expect(waiting.map(({ name }) => name)).toEqual(['invoice']);
  });

  it('needs no message', async () => {
    const submission = { manifests: parsed(doc('Group', 'finance', '{}')), author: 'admin', message: '' };
    expect(await t.desk.submit(submission)).toMatchObject({ ok: true, value: { change: null } });
  });

  it('is everything, where review is off', async () => {
    t.rules = { ...t.rules, quorum: 0 };
    expect(await t.submit(RISKY)).toMatchObject({ change: null, proposed: [] });
    expect(invoice()?.risk).toBe(3);
    expect(await t.entries()).toEqual(['registry.changed unreviewed']);
  });
});

describe('who may not propose', () => {
  it.each([
    ['the built-in first user', 'admin', 'why', 'not_an_author'],
    ['who does not say why', 'olive', '  ', 'message_required'],
  ])('%s changes nothing at all', async (_who, author, message, code) => {
    const manifests = parsed(doc('Group', 'finance', '{}'), RISKY);
    expect(await t.desk.submit({ manifests, author, message })).toMatchObject({
      error: { kind: 'propose', refusal: { code }, applied: [] },
    });
    expect(await t.entries()).toEqual([]);
  });

  it('what is wrong is refused before anybody is asked', async () => {
    const manifests = parsed(agent('invoice', ', risk: high').replace('olive', 'nobody'));
    expect(await t.desk.submit({ manifests, author: 'olive', message: 'why' })).toMatchObject({
      error: { kind: 'apply', failure: { code: 'invalid' } },
    });
    const nothing = { of: 'registry', author: 'olive', message: 'why' } as const;
    expect(
      await t.changes.propose({
        ...nothing,
        proposal: { manifests: parsed(agent('invoice', ', risk: low')).map(({ manifest }) => manifest) },
      }),
    ).toMatchObject({
      error: { code: 'invalid', message: expect.stringContaining('nothing to change') as string },
    });
    expect(
      await t.changes.propose({ ...nothing, proposal: { manifests: [{ kind: 'Nothing' }] } }),
    ).toMatchObject({
      error: { code: 'invalid' },
    });
  });
});
