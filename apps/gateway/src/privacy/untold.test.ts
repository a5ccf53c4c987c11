// Calls in the database of which values were erased that a query asks about: an erasure and an export leave them and say so, a
// legal hold and retention keep them. A condition that excludes something is not met by what nobody can tell.
import { type EntryBody, newId } from '@countersign/audit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ChangeDetail, ErasureList } from '../admin/client.ts';
import { type AdminUnderTest, startAdmin } from '../admin/testing/admin-under-test.ts';
import { parseQueryText } from '../search/query-text.ts';
import { completed, decided, newCall } from '../store/testing-drafts.ts';
import { createAlone } from './alone.ts';
import { createLegalHolds } from './holds.ts';
import { createRetention } from './retention.ts';

/** Each records calls one by one, on a machine that may be busy. */
const HOOK_MS = 60_000;

let admin: AdminUnderTest;
let omar: string;
let fiona: string;
/** Calls of zelda's: with a label that was erased, with one that is there, and without any. */
let erased: Recorded;
let labelled: Recorded;
let plain: Recorded;
beforeEach(async () => {
  admin = await startAdmin();
  omar = await admin.tokenFor('omar', ['admin']);
  fiona = await admin.tokenFor('fiona', ['admin']);
  erased = await recorded('["litigation"]');
  labelled = await recorded('["litigation"]');
  plain = await recorded('[]');
  await apply({ call: erased.call, fields: ['labels'] });
}, HOOK_MS);
afterEach(() => admin.close());

interface Recorded {
  readonly call: string;
  readonly index: number;
}

async function recorded(
  labels: string,
  outcome: EntryBody<'call.completed'>['outcome'] = 'ok',
): Promise<Recorded> {
  const ids = newCall();
  const said = { subject: JSON.stringify({ subject: 'zelda' }), request: '{"secret":1}', labels };
  const { size } = admin.store.health();
  for (const entry of [decided(ids, {}, said), completed(ids, size, { outcome })])
    expect(await admin.store.commit({ entries: [entry] })).toMatchObject({ ok: true });
  return { call: ids.call, index: size };
}

const post = (path: string, token: string, body: object) =>
  admin.request(path, {
    method: 'POST',
    token,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const proposed = (body: object) => post('/api/v1/erasures', omar, { basis: 'GDPR Art. 17', ...body });

async function apply(body: object): Promise<ChangeDetail> {
  const response = await proposed(body);
  expect(response.status).toBe(201);
  const change = (await response.json()) as ChangeDetail;
  const review = await post(`/api/v1/changes/${change.id}/reviews`, fiona, {
    verdict: 'approve',
    reason: 'seen',
  });
  expect(await review.json()).toMatchObject({ state: 'applied' });
  return change;
}

/** Those that can still be read. */
async function left(): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [name, { index }] of Object.entries({ erased, labelled, plain })) {
    const stored = await admin.store.readers.log.entry(index);
    if (stored?.details.some((detail) => detail.name === 'request') === true) found.push(name);
  }
  return found;
}

const hold = async (query: string): Promise<string> => {
  const response = await post('/api/v1/holds', omar, { query, reason: 'case 1' });
  expect(response.status).toBe(201);
  return ((await response.json()) as { id: string }).id;
};

describe('an erasure', () => {
  test.each([
    '-label:litigation subject:zelda',
    '-label:litigation',
    '-label:"litigation"|outcome:"tool_error" subject:zelda',
  ])('of `%s` leaves a call whose labels were erased, and says so', async (query) => {
    const { effect } = await apply({ query });
    expect(effect).toMatchObject({ calls: 1, untold: 1 });
    expect(await left()).toEqual(['erased', 'labelled']);
  });

  test.each([
    // What is known decides, whatever the labels were.
    ['subject:zelda', []],
    ['subject:zelda label:"litigation"|outcome:"ok"', []],
    ['subject:zelda -outcome:tool_error', []],
    ['label:litigation', ['erased', 'plain']],
  ])('of `%s` needs no erased labels to tell: %o are left', async (query, names) => {
    expect((await apply({ query })).effect).toMatchObject({ untold: 0 });
    expect(await left()).toEqual(names);
  });

  test('says on the record, too, of how many calls nobody could tell', async () => {
    const { id } = await apply({ query: '-label:litigation' });
    const response = await admin.request('/api/v1/erasures', { token: omar });
    const { erasures } = (await response.json()) as ErasureList;
    expect(erasures.map(({ change, untold }) => [change === id, untold])).toEqual([
      [true, 1],
      [false, 0],
    ]);
    const entry = await admin.store.readers.log.entry(erasures[0]?.entry ?? -1);
    const said = entry?.details.find(({ name }) => name === 'exports');
    expect(JSON.parse(Buffer.from(said?.value ?? []).toString())).toEqual([{ untold: 1 }]);
  });

  test('finds nothing where one known alternative excludes all of them', async () => {
    const response = await proposed({ query: '-label:"litigation"|outcome:"ok"' });
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining('nothing that is'),
    ]);
  });

  test('of nothing else is refused, and says of how many calls nobody can tell', async () => {
    const response = await proposed({ query: `-label:litigation chain:${await chainOf(erased)}` });
    expect(response.status).toBe(409);
    expect(JSON.stringify(await response.json())).toContain(
      'of 1 call nobody can tell whether it was asked for',
    );
  });

  test('does not count a call of which nothing is left that would go', async () => {
    await apply({ call: erased.call });
    expect((await apply({ query: '-label:litigation' })).effect).toMatchObject({ calls: 1, untold: 0 });
  });
});

const chainOf = async ({ call }: Recorded): Promise<string> =>
  (await admin.store.readers.calls.get(call))?.chain ?? '';

describe('a legal hold', () => {
  test.each([
    ['label:litigation', ['erased', 'labelled']],
    ['-label:litigation', ['erased', 'plain']],
    ['label:"litigation"|subject:"nobody"', ['erased', 'labelled']],
    ['-label:litigation subject:nobody', []],
    ['label:other', ['erased']],
  ])('on `%s` keeps what it finds, and that of which nobody can tell: %o', async (query, kept) => {
    const id = await hold(query);
    const refused: string[] = [];
    for (const [name, { call }] of Object.entries({ erased, labelled, plain })) {
      const response = await proposed({ call });
      if (response.status === 409 && (await response.text()).includes(id)) refused.push(name);
    }
    expect(refused).toEqual(kept);
    await retention().tick();
    expect(await left()).toEqual(kept);
    expect((await post(`/api/v1/holds/${id}/lift`, omar, { reason: 'settled' })).status).toBe(200);
    await retention().again();
    await retention().tick();
    expect(await left()).toEqual([]);
  });

  test.each([
    ['subject:omar', true],
    ['subject:omar outcome:ok', true],
    // What is never erased tells that it is another call.
    ['subject:omar outcome:tool_error', false],
    ['subject:omar to:2020-01-01T00:00:00Z', false],
    ['subject:omar server:nowhere', false],
  ])(
    'on `%s` keeps what is left of a call that nobody knows the person of: %s, until it is lifted',
    async (query, isKept) => {
      await apply({ call: plain.call, fields: ['subject'] });
      const id = await hold(query);
      const known = await proposed({ call: labelled.call });
      expect(known.status).toBe(201);
      const unknown = await proposed({ call: plain.call });
      expect([unknown.status, (await unknown.text()).includes(id)]).toEqual(
        isKept ? [409, true] : [201, false],
      );
      expect((await post(`/api/v1/holds/${id}/lift`, omar, { reason: 'settled' })).status).toBe(200);
      await apply({ call: plain.call });
      expect(await left()).not.toContain('plain');
    },
  );

  test('refuses no erasure for what has expired, of which nothing is left to keep', async () => {
    await retention().tick();
    await recorded('[]');
    await hold('subject:omar');
    expect((await apply({ query: 'agent:invoice' })).effect).toMatchObject({ calls: 1, held: [] });
  });
});

const DAY_MS = 86_400_000;
type Rules = readonly (readonly [query: string, days: number])[];

/** A hundred days later. A rule begins anew with each. */
function retention(rules: Rules = [['', 1]]) {
  const now = () => Date.now() + 100 * DAY_MS;
  const { store } = admin;
  const holds = createLegalHolds({ writer: store, reads: store.readers.holds, alone: createAlone(), now });
  return createRetention({
    rules: rules.map(([query, days]) => {
      const match = parseQueryText(query, { place: 'record' });
      if (!match.ok) throw new Error(match.error.message);
      return { of: 'calls', match: match.value, payloadsMs: days * DAY_MS, text: newId('chg') } as const;
    }),
    writer: store,
    readers: store.readers,
    heldBy: async () => holds.heldBy(),
    alone: createAlone(),
    now,
  });
}

describe('retention', () => {
  test.each<[Rules, readonly string[]]>([
    // By the rule that keeps longest of those that may be the one that counts.
    [
      [
        ['label:litigation', 3650],
        ['', 30],
      ],
      ['erased', 'labelled'],
    ],
    [
      [
        ['-label:litigation', 30],
        ['', 365],
      ],
      ['erased', 'labelled'],
    ],
    [
      [
        ['label:litigation', 30],
        ['-label:litigation', 365],
      ],
      ['erased', 'plain'],
    ],
    [
      [
        ['label:litigation', 30],
        ['', 60],
      ],
      [],
    ],
    // What no rule surely fits is kept.
    [[['-label:litigation', 30]], ['erased', 'labelled']],
    [[['label:litigation', 30]], ['erased', 'plain']],
    // What is known decides, whatever the labels were.
    [[['label:"litigation"|outcome:"ok"', 30]], []],
    [
      [
        ['-label:litigation outcome:tool_error', 3650],
        ['', 30],
      ],
      [],
    ],
  ])('by the rules %j leaves %j after a hundred days', async (rules, names) => {
    await retention(rules).tick();
    expect(await left()).toEqual(names);
  });
});

describe('an export', () => {
  test.each([
    ['-label:litigation', ['plain'], 1],
    ['label:litigation', ['labelled'], 0],
    ['subject:zelda outcome:ok', ['erased', 'labelled', 'plain'], 0],
  ])('of `%s` has what it finds, %o, and says that it cannot tell of %i', async (calls, names, untold) => {
    const response = await post('/api/v1/exports', omar, { format: 'jsonl', calls, reason: 'audit' });
    expect(response.status).toBe(200);
    expect(response.headers.get('countersign-untold')).toBe(String(untold));
    const text = await response.text();
    const found = Object.entries({ erased, labelled, plain }).filter(([, { call }]) => text.includes(call));
    expect(found.map(([name]) => name)).toEqual(names);
  });

  test('says of how many calls it cannot tell only where they are in its range', async () => {
    const body = { format: 'jsonl', calls: '-label:litigation', reason: 'audit', from: plain.index };
    const response = await post('/api/v1/exports', omar, body);
    expect([response.status, response.headers.get('countersign-untold')]).toEqual([200, '0']);
  });
});
