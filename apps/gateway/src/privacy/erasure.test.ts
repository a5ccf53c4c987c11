import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type EntryDraft, newId } from '@countersign/audit';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ChangeDetail } from '../admin/client.ts';
import { type AdminUnderTest, startAdmin } from '../admin/testing/admin-under-test.ts';
import { recordCall, recordOutcome } from '../admin/testing/recorded-calls.ts';
import { erasureLines } from '../cli/erasures.ts';
import { verifyStoredLog } from '../cli/stored-log.ts';
import { asDigest } from '../digest.ts';
import { approvalRow, reviewed } from '../store/testing-drafts.ts';

const SUBJECT = 'zelda.quux@example.org';
const SECRET = 'the password of zelda is swordfish';

let admin: AdminUnderTest;
let omar: string;
let fiona: string;
beforeEach(async () => {
  admin = await startAdmin();
  omar = await admin.tokenFor('omar', ['admin']);
  fiona = await admin.tokenFor('fiona', ['admin']);
});
afterEach(() => admin.close());

async function call(subject: string, params = JSON.stringify({ name: 'pay', arguments: { note: SECRET } })) {
  const recorded = await recordCall(admin.store, { subject, params });
  await recordOutcome(admin.store, recorded, JSON.stringify({ said: SECRET }));
  return recorded;
}

const post = (path: string, token: string, body: object) =>
  admin.request(path, {
    method: 'POST',
    token,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

async function propose(body: object, status = 201): Promise<ChangeDetail> {
  const response = await post('/api/v1/erasures', omar, body);
  expect(response.status).toBe(status);
  return (await response.json()) as ChangeDetail;
}

async function agree(id: string, token = fiona): Promise<ChangeDetail> {
  const response = await post(`/api/v1/changes/${id}/reviews`, token, { verdict: 'approve', reason: 'seen' });
  return (await response.json()) as ChangeDetail;
}

/** Every file of the data folder that holds the text. */
function filesWith(text: string): readonly string[] {
  const search = (folder: string): string[] =>
    readdirSync(folder).flatMap((name) => {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) return search(path);
      return readFileSync(path).includes(text) ? [name] : [];
    });
  return search(admin.dataDir);
}

const details = async (index: number) =>
  (await admin.store.readers.log.entry(index))?.details.map(({ name }) => name) ?? [];

const verified = () => verifyStoredLog(admin.store.readers.log, { vkeys: [admin.vkey], keysFrom: 'store' });

describe('erasing a person', () => {
  test('takes two people, leaves nothing of them in any file, and the log verifies', async () => {
    const calls = [];
    for (let i = 0; i < 200; i += 1) calls.push(await call(SUBJECT));
    const other = await call('marco@example.org', '{"name":"pay","arguments":{"note":"of marco"}}');
    for (const view of [
      { user: 'omar', name: 'theirs', search: `?subject=${encodeURIComponent(SUBJECT)}`, shared: 1 },
      { user: 'omar', name: 'others', search: '?decision=deny', shared: 0 },
      { user: SUBJECT, name: 'for themselves', search: '', shared: 0 },
      { user: SUBJECT, name: 'for everyone', search: '', shared: 1 },
    ])
      await admin.store.commit({
        entries: [],
        changes: [{ insert: 'saved_views', row: { ...view, page: '/calls', saved_at: 1 } }],
      });
    const change = await propose({ subject: SUBJECT, basis: 'GDPR Art. 17(1)(b)' });
    expect(change).toMatchObject({
      of: 'erasure',
      state: 'pending',
      effect: { calls: 200, entries: 400, open: 0, held: [], exports: [] },
    });
    expect(await agree(change.id, omar)).toMatchObject({ error: { code: 'not_a_reviewer' } });
    expect(await agree(change.id)).toMatchObject({ state: 'applied' });

    await vi.waitFor(() => expect([...filesWith(SUBJECT), ...filesWith(SECRET)]).toEqual([]), {
      timeout: 20_000,
      interval: 50,
    });
    const { savedViews } = admin.store.readers;
    expect((await savedViews.seenBy('omar')).map(({ name }) => name)).toEqual(['others']);
    expect(await savedViews.seenBy(SUBJECT)).toEqual([]);
    const [first] = calls;
    expect(await details(first?.index ?? -1)).not.toContain('request');
    expect(await details(first?.index ?? -1)).toContain('caller');
    expect(await details(other.index)).toContain('request');
    expect(await admin.store.readers.calls.get(first?.call ?? '')).toMatchObject({
      subject: null,
      sentence: null,
      agent: 'invoice',
    });
    const report = await verified();
    expect(report).toMatchObject({ verdict: 'consistent', details: { erased: 0, tampered: 0 } });
    expect(report.details.redacted).toBeGreaterThan(800);
  });

  test('takes what they said as reviewers as well, and what reviewers were shown of their calls', async () => {
    const recorded = await call(SUBJECT);
    const approval = newId('apr');
    const shown = JSON.stringify({
      sentence: SECRET,
      operation: '',
      upstream: '',
      resource: '',
      params: SECRET,
      owner: null,
    });
    const ids = { call: recorded.call, chain: recorded.chain, agent: newId('agt') };
    await admin.store.commit({
      entries: [
        {
          ...reviewed(ids, approval, 'approve'),
          details: { reason: SECRET, reviewer: JSON.stringify({ name: SUBJECT, email: SUBJECT }) },
        },
      ],
      changes: [
        {
          insert: 'approvals',
          row: { ...approvalRow(ids, approval, { shown }), subject: SUBJECT, state: 'consumed' },
        },
      ],
    });
    const change = await propose({ subject: SUBJECT, basis: 'GDPR Art. 17' });
    expect(await agree(change.id)).toMatchObject({ state: 'applied' });
    expect(await admin.store.readers.approvals.get(approval)).toMatchObject({ subject: '' });
    expect(JSON.stringify(await admin.store.readers.approvals.get(approval))).not.toContain('swordfish');
    await vi.waitFor(() => expect([...filesWith(SUBJECT), ...filesWith(SECRET)]).toEqual([]), {
      timeout: 20_000,
    });
  });

  test('takes that they took an approval back, and why, from the entry, whoever the call was for', async () => {
    const recorded = await call('marco@example.org', '{"name":"pay","arguments":{"note":"of marco"}}');
    const ids = { call: recorded.call, chain: recorded.chain, agent: newId('agt') };
    const closed = (name: string, reason: string): EntryDraft<'approval.closed'> => ({
      kind: 'approval.closed',
      ...ids,
      body: { approval: newId('apr'), state: 'withdrawn', previous: 'approved', user: newId('usr') },
      details: { reason, actor: JSON.stringify({ name, via: 'api' }) },
    });
    const size = admin.store.health().size;
    await admin.store.commit({ entries: [closed(SUBJECT, SECRET), closed('somebody.else', 'sold')] });
    const change = await propose({ subject: SUBJECT, basis: 'GDPR Art. 17' });
    expect(await agree(change.id)).toMatchObject({ state: 'applied' });
    expect([await details(size), await details(size + 1)]).toEqual([[], ['reason', 'actor']]);
    await vi.waitFor(() => expect([...filesWith(SUBJECT), ...filesWith(SECRET)]).toEqual([]), {
      timeout: 20_000,
    });
  });

  test.each([
    ['by the one name', SUBJECT, SUBJECT],
    ['by name, and asked for by their e-mail address', 'greta@example.com', 'greta'],
  ])(
    'leaves no name of theirs on a review or a revocation of a call of their own: %s',
    async (_, subject, name) => {
      const recorded = await call(subject);
      const ids = { call: recorded.call, chain: recorded.chain, agent: newId('agt') };
      const size = admin.store.health().size;
      const closed = (by: string): EntryDraft<'approval.closed'> => ({
        kind: 'approval.closed',
        ...ids,
        body: { approval: newId('apr'), state: 'withdrawn', previous: 'approved', user: newId('usr') },
        details: { reason: SECRET, actor: JSON.stringify({ name: by, via: 'api' }) },
      });
      const review = reviewed(ids, newId('apr'), 'approve');
      await admin.store.commit({
        entries: [
          { ...review, details: { reason: SECRET, reviewer: JSON.stringify({ name }) } },
          closed(name),
          closed('somebody.else'),
        ],
      });
      const change = await propose({ subject, basis: 'GDPR Art. 17' });
      expect(await agree(change.id)).toMatchObject({ state: 'applied' });
      expect([await details(size), await details(size + 1), await details(size + 2)]).toEqual([
        [],
        [],
        ['actor'],
      ]);
      expect((await verified()).levels.details).toMatchObject({ state: 'passed' });
    },
  );

  test('of a call says no more why its approval was taken back, but who did so', async () => {
    const recorded = await call(SUBJECT);
    const size = admin.store.health().size;
    await admin.store.commit({
      entries: [
        {
          kind: 'approval.closed',
          call: recorded.call,
          chain: recorded.chain,
          agent: newId('agt'),
          body: { approval: newId('apr'), state: 'withdrawn', previous: 'approved', user: newId('usr') },
          details: { reason: SECRET, actor: JSON.stringify({ name: 'somebody.else', via: 'api' }) },
        },
      ],
    });
    const change = await propose({ call: recorded.call, basis: 'GDPR Art. 17' });
    expect(await agree(change.id)).toMatchObject({ state: 'applied' });
    expect(await details(size)).toEqual(['actor']);
  });

  test('leaves calls that are not over, and says how many', async () => {
    await call(SUBJECT);
    await recordCall(admin.store, { subject: SUBJECT });
    expect(await propose({ subject: SUBJECT, basis: 'GDPR Art. 17' })).toMatchObject({
      effect: { calls: 1, open: 1 },
    });
  });
});

describe('copies that an erasure cannot reach', () => {
  test('are what sinks were sent in the clear, also those that are configured no more', async () => {
    const recorded = await call(SUBJECT);
    const sink = (name: string, details: readonly string[]) => ({
      name,
      kind: 'otlp',
      url: `https://${name}/v1/logs`,
      details,
    });
    const config = (sinks: readonly object[]) => JSON.stringify({ sinks });
    const changed = (before: readonly object[], after: readonly object[]) =>
      ({
        kind: 'config.changed',
        call: null,
        agent: null,
        chain: null,
        body: { config: asDigest('a'.repeat(64)), previous: null },
        details: { before: config(before), after: config(after) },
      }) as const;
    const gone = sink('gone.example', ['request', 'labels']);
    const blind = sink('blind.example', []);
    const behind = sink('behind.example', ['request']);
    const row = (name: string, next: number) =>
      ({ put: 'sinks', row: { name, next_index: next, updated_at: 1 } }) as const;
    await admin.store.commit({
      entries: [changed([], [gone, blind, behind]), changed([gone, blind, behind], [blind, behind])],
      changes: [
        row('gone.example', recorded.index + 1),
        row('blind.example', 1000),
        row('behind.example', 1),
      ],
    });
    const change = await propose({ subject: SUBJECT, basis: 'GDPR Art. 17' });
    const copies = [
      { sink: 'gone.example', kind: 'otlp', to: 'https://gone.example/v1/logs', details: ['request'] },
    ];
    expect(change).toMatchObject({ effect: { sinks: copies } });
    expect(erasureLines(change.effect, true)?.join('\n')).toContain(
      'gone.example  otlp to https://gone.example',
    );
    expect(await agree(change.id)).toMatchObject({ state: 'applied' });
    const said: unknown[] = [];
    for await (const { header, details: stored } of admin.store.readers.log.entries())
      if (Buffer.from(header).includes('"kind":"log.redacted"'))
        said.push(
          JSON.parse(Buffer.from(stored.find(({ name }) => name === 'exports')?.value ?? '').toString()),
        );
    expect(said).toEqual([copies]);
  });
});

describe('work that outlives its call', () => {
  const task = (recorded: { call: string; chain: string }, updatedAt: number) =>
    ({
      insert: 'tasks',
      row: {
        id: newId('call'),
        upstream_uid: 'srv',
        upstream_task: newId('call'),
        context: 'c',
        call: recorded.call,
        chain: recorded.chain,
        agent_uid: 'agt',
        subject: 's',
        state: 'TASK_STATE_WORKING',
        minted: 0,
        created_at: updatedAt,
        updated_at: updatedAt,
      },
    }) as const;

  test('is not over: its call is left out until it is settled', async () => {
    const recorded = await recordCall(admin.store, { subject: SUBJECT, operation: 'a2a:message/send' });
    await recordOutcome(admin.store, recorded);
    await call(SUBJECT);
    await admin.store.commit({ entries: [], changes: [task(recorded, Date.now())] });
    const body = { subject: SUBJECT, basis: 'GDPR Art. 17' };
    expect(await propose(body)).toMatchObject({ effect: { calls: 1, open: 1 } });
    await admin.store.commit({
      entries: [],
      changes: [{ update: 'tasks', set: { state: 'TASK_STATE_COMPLETED' }, where: { call: recorded.call } }],
    });
    expect(await propose(body)).toMatchObject({ effect: { calls: 2, open: 0 } });
  });

  test('and was not heard of for a week is let go, so that nothing of it is stored later', async () => {
    const recorded = await recordCall(admin.store, { subject: SUBJECT, operation: 'a2a:message/send' });
    await recordOutcome(admin.store, recorded);
    await admin.store.commit({ entries: [], changes: [task(recorded, Date.now() - 8 * 86_400_000)] });
    const change = await propose({ call: recorded.call, basis: 'GDPR Art. 17' });
    expect(change).toMatchObject({ effect: { calls: 1, open: 0 } });
    expect(await agree(change.id)).toMatchObject({ state: 'applied' });
    expect(await admin.store.readers.tasks.byCall(recorded.call)).toEqual([]);
  });
});

describe('erasing a call', () => {
  test('leaves the others of the same person readable, under another key', async () => {
    const [gone, stays] = [await call(SUBJECT), await call(SUBJECT)];
    const keys = await admin.store.readers.payloads.sealedOf([gone.index, stays.index]);
    const change = await propose({ call: gone.call, basis: 'a mistake', fields: ['request', 'result'] });
    expect(await agree(change.id)).toMatchObject({ state: 'applied' });
    await vi.waitFor(
      async () => expect(await admin.store.readers.payloads.existing(keys.map(({ key }) => key))).toEqual([]),
      { timeout: 20_000 },
    );
    expect(await details(stays.index)).toContain('request');
    expect(await details(gone.index)).toEqual(expect.not.arrayContaining(['request']));
    expect(await details(gone.index)).toContain('subject');
    expect(await verified()).toMatchObject({ verdict: 'consistent', details: { redacted: 2, erased: 0 } });
    expect(await admin.store.readers.calls.get(gone.call)).toMatchObject({ subject: SUBJECT });
  });
});

describe('what cannot be erased', () => {
  test.each([
    ['without a basis', { subject: SUBJECT }],
    ['for too little a basis', { subject: SUBJECT, basis: '  ab ' }],
    ['nobody and nothing', { basis: 'GDPR Art. 17' }],
    ['two things at once', { subject: SUBJECT, call: newId('call'), basis: 'GDPR Art. 17' }],
    ['a detail that there is not', { subject: SUBJECT, fields: ['soul'], basis: 'GDPR Art. 17' }],
    ['what is no call', { call: 'call_x', basis: 'GDPR Art. 17' }],
    ['everything', { query: ' ', basis: 'GDPR Art. 17' }],
    ['by a key that is not known', { query: 'agnet:invoice', basis: 'GDPR Art. 17' }],
    ['by what once was a star', { query: 'subject:fiona*', basis: 'GDPR Art. 17' }],
    ['by a minus that once was nothing', { query: '-refunds', basis: 'GDPR Art. 17' }],
  ])('is %s, which is wrong with the request', async (_what, body) => {
    expect(await propose(body, 400)).toMatchObject({
      error: { code: 'malformed_request', message: expect.any(String) },
    });
  });

  test.each([{ subject: 'nobody@example.org' }, { call: newId('call') }, { query: 'agent:nobody' }])(
    'is what is not stored, which is an answer: %o',
    async (body) => {
      expect(await propose({ ...body, basis: 'GDPR Art. 17' }, 400)).toMatchObject({
        error: { code: 'invalid', message: expect.stringContaining('nothing that is stored') },
      });
    },
  );

  test('is what a legal hold keeps: it is named, and the rest can go', async () => {
    const [kept, gone] = [await call(SUBJECT), await call(SUBJECT)];
    const set = await post('/api/v1/holds', omar, {
      query: `chain:${kept.chain}`,
      reason: 'case 4711',
    });
    const hold = (await set.json()) as { id: string };
    const refused = await post('/api/v1/erasures', omar, { subject: SUBJECT, basis: 'GDPR Art. 17' });
    expect(refused.status).toBe(409);
    expect(JSON.stringify(await refused.json())).toContain(`${hold.id}\` (case 4711)`);
    const change = await propose({ subject: SUBJECT, basis: 'GDPR Art. 17', exceptHeld: true });
    expect(change).toMatchObject({ effect: { calls: 1, held: [{ hold: hold.id, entries: 2 }] } });
    await agree(change.id);
    expect(await details(kept.index)).toContain('request');
    expect(await details(gone.index)).not.toContain('request');

    expect((await post(`/api/v1/holds/${hold.id}/lift`, omar, { reason: 'settled' })).status).toBe(200);
    expect((await post(`/api/v1/holds/${hold.id}/lift`, omar, { reason: 'settled' })).status).toBe(409);
    await propose({ subject: SUBJECT, basis: 'GDPR Art. 17' });
  });

  test('a hold that is set after the proposal keeps what it finds', async () => {
    await call(SUBJECT);
    const change = await propose({ subject: SUBJECT, basis: 'GDPR Art. 17' });
    await post('/api/v1/holds', omar, { query: '', reason: 'everything stays' });
    expect(await agree(change.id)).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('everything stays'),
    });
  });
});
