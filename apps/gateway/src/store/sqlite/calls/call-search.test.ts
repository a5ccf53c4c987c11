import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eraseCalls } from '../../../search/erase.ts';
import { columnsOf as columnsOfFacet, FACETS, type Facet, holds, valuesOf } from '../../../search/facets.ts';
import { matchingCalls } from '../../../search/matching.ts';
import type { CallQuery } from '../../../search/query.ts';
import { parseQueryText } from '../../../search/query-text.ts';
import { SEGMENT } from '../../../search/postings.ts';
import { CLASSES, standingOf, tallyOf } from '../../../search/tally.ts';
import type { CallChange, ChangeForm } from '../../call-changes.ts';
import { drizzleSqlite } from '../../drizzle.ts';
import type { CallReader } from '../../readers/calls.ts';
import type { Row } from '../../types.ts';
import { createCallIndex } from './call-index.ts';
import { createCallRows } from './call-rows.ts';
import { createCallSearch } from './call-search.ts';
import { createCallTallies } from './tally-calls.ts';
import { createCallReader } from '../readers/calls.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';

const CALLS = 9_000;
const AT_ONCE = 100;

/** The same numbers on every run. */
let state = 7;
const random = (): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
};
const one = <T>(of: readonly T[]): T => of[Math.floor(random() ** 2 * of.length)] as T;

const AGENTS = ['invoice', 'planner', 'Ömer', 'mail-bot', 'crm.sync'];
const SUBJECTS = ['fiona@example.com', 'omar@example.com', 'Zoë', null];
const POLICIES = ['small-payments', 'no-leaks', 'base'];

function row(seq: number): Row {
  const [agent, subject, policy] = [one(AGENTS), one(SUBJECTS), one(POLICIES)];
  const decision = one(['allow', 'deny', 'hold']);
  return {
    id: `call_${seq}`,
    chain: `chain_${Math.floor(seq / 3)}`,
    parent: null,
    link: 'root',
    depth: 1,
    protocol: one(['mcp', 'a2a']),
    revision: '2025-06-18',
    operation: one(['mcp:tools/call', 'a2a:message/send']),
    agent_uid: null,
    agent,
    owner: one(['fiona', 'omar']),
    team: one(['billing', 'ops', null]),
    subject,
    upstream_uid: null,
    upstream: one(['payments', 'crm', null]),
    resource: one(['pay', 'read', 'send']),
    agents: JSON.stringify(random() < 0.5 ? [agent] : ['root-agent', agent]),
    decision,
    reason: one(['permitted', 'guarded', 'no_permit']),
    policies: JSON.stringify(random() < 0.3 ? [] : [policy, 'base']),
    approval: decision === 'hold' ? `apr_${seq % 40}` : null,
    sentence: random() < 0.1 ? null : `Agent ${agent} called pay, this was ${decision} by ${policy}`,
    trace_id: random() < 0.5 ? `trace-${seq}` : null,
    labels: JSON.stringify(random() < 0.5 ? [] : ['pii']),
    brought: '[]',
    state: decision === 'allow' ? 'open' : decision === 'deny' ? 'denied' : 'held',
    round: 1,
    outcome: null,
    http_status: null,
    duration_us: null,
    first_index: seq + 1,
    decided_index: seq + 1,
    ended_index: null,
    started_at: 1000 * Math.floor(seq / 2),
    ended_at: null,
  };
}

/** How rows stand, counted one by one. */
function tally(rows: readonly Readonly<Record<string, unknown>>[]) {
  const counts = new Uint32Array(CLASSES);
  for (const { state, outcome } of rows) {
    const at = standingOf(String(state), typeof outcome === 'string' ? outcome : null);
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return tallyOf(counts);
}

type TestRow = Readonly<Record<string, string | number | null>>;
const standing = (each: TestRow): number =>
  standingOf(String(each['state']), each['outcome'] === null ? null : String(each['outcome']));
const has = (each: TestRow, column: string, value: string): boolean =>
  (JSON.parse(String(each[column])) as string[]).includes(value);

/** What a line asks for. */
function asking(line: string): CallQuery {
  const parsed = parseQueryText(line);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

/** Questions, each with what it means. */
const LINES: readonly (readonly [string, (each: TestRow) => boolean])[] = [
  ['-upstream:payments', (each) => each['upstream'] !== 'payments'],
  ['-agent:invoice -agent:planner', ({ agent }) => agent !== 'invoice' && agent !== 'planner'],
  ['agent:planner|agent:"mail-bot"', ({ agent }) => agent === 'planner' || agent === 'mail-bot'],
  ['agent:in*', ({ agent }) => String(agent).startsWith('in')],
  ['subject:fiona*', ({ subject }) => String(subject).startsWith('fiona')],
  [
    '-subject:"omar@"* -label:pii',
    (each) => !String(each['subject']).startsWith('omar@') && !has(each, 'labels', 'pii'),
  ],
  ['-latency:<1s', ({ duration_us: us }) => us === null || Number(us) >= 1_000_000],
  ['-agent:"Öm"*', ({ agent }) => !String(agent).startsWith('Öm')],
  ['-policy:base', (each) => !has(each, 'policies', 'base')],
  [
    'policy:no-leaks|label:pii',
    (each) => has(each, 'policies', 'no-leaks') || has(each, 'labels', 'pii') || has(each, 'brought', 'pii'),
  ],
  ['-state:open -outcome:ok', ({ state, outcome }) => state !== 'open' && outcome !== 'ok'],
  ['stands:failed|stands:held', (each) => [1, 3].includes(standing(each))],
  ['-stands:ok', (each) => standing(each) !== 0],
  ['stands:ended', (each) => standing(each) === 6],
  ['tool:payments/pay', (each) => each['upstream'] === 'payments' && each['resource'] === 'pay'],
  ['-tool:crm/*', ({ upstream }) => upstream !== 'crm'],
  [
    'tool:payments/p*|tool:send',
    (each) => (each['upstream'] === 'payments' && each['resource'] === 'pay') || each['resource'] === 'send',
  ],
  ['latency:>2s', (each) => Number(each['duration_us'] ?? 0) > 2_000_000],
  [
    '-latency:>=2.5s latency:>1ms',
    ({ duration_us: us }) => us !== null && Number(us) < 2_500_000 && Number(us) > 1000,
  ],
  ['-text:invoice', (each) => !/\binvoice\b/i.test(`${each['sentence']} ${each['agent']} ${each['agents']}`)],
  ['-state:un*', ({ state }) => state !== 'unknown'],
  [
    'policy:no-leaks &policy:base',
    (each) => has(each, 'policies', 'no-leaks') && has(each, 'policies', 'base'),
  ],
  [
    'policy:no-leaks policy:small-payments',
    (each) => has(each, 'policies', 'no-leaks') || has(each, 'policies', 'small-payments'),
  ],
  [
    'state:held|agent:invoice agent:invoice agent:planner &agent:p*',
    ({ state, agent }) => state === 'held' && agent === 'planner',
  ],
  ['-state:held|agent:invoice', ({ state, agent }) => state !== 'held' && agent !== 'invoice'],
  ['approval:waiting|reason:no_*', ({ state, reason }) => state === 'held' || reason === 'no_permit'],
];

const forms = new Map<string, ChangeForm>();

/** Changes as the projection makes them: one form for all with the same columns. */
function changed(does: ChangeForm['does'], set: Row, where: Row, kept: readonly string[]): CallChange {
  const columns = Object.keys(set);
  const key = [does, ...columns, '', ...Object.keys(where), '', ...kept].join();
  const form = forms.get(key) ?? { does, columns, atIndex: 0, atTime: 0, where: Object.keys(where), kept };
  forms.set(key, form);
  return { form, values: Object.values(set), where: Object.values(where) };
}
const putting = (set: Row, kept: readonly string[]): CallChange => changed('put', set, {}, kept);
const setting = (set: Row, where: Row): CallChange => changed('set', set, where, []);

describe('searching calls', () => {
  let test: TestDatabase;
  let reader: CallReader;
  const inTransaction = (work: () => void): void => test.db.transaction(work)();

  beforeAll(() => {
    test = createTestDatabase();
    const calls = createCallRows(test.db);
    for (let from = 0; from < CALLS; from += AT_ONCE) {
      inTransaction(() => {
        for (let seq = from; seq < from + AT_ONCE; seq += 1) {
          calls.apply(putting(row(seq), []));
          // Most calls end soon, some after they were packed; some are decided again.
          const earlier = Math.floor(random() * (seq + 1));
          const id = `call_${random() < 0.05 ? earlier : Math.max(0, seq - 20)}`;
          const outcome = one(['ok', 'tool_error', 'aborted', null]);
          const completed = { state: 'completed', outcome, duration_us: seq * 500 };
          calls.apply(setting(completed, { id, state: 'open' }));
          if (random() < 0.01) {
            const again = { ...row(earlier), round: 2, brought: '["secret"]' };
            calls.apply(putting(again, ['first_index', 'started_at']));
          }
          if (random() < 0.01)
            calls.apply(setting({ state: 'denied' }, { approval: `apr_${seq % 40}`, state: 'held' }));
        }
        calls.index.packSome();
      });
    }
    reader = createCallReader(test.db, drizzleSqlite({ client: test.db }));
  });
  afterAll(() => test.remove());

  const allRows = (): Record<string, string | number | null>[] =>
    test.db.prepare('SELECT * FROM calls ORDER BY seq DESC').all() as Record<
      string,
      string | number | null
    >[];

  /** What is asked for, by looking at each row. */
  function naively(rows: ReturnType<typeof allRows>, query: CallQuery): unknown[] {
    return rows
      .filter((each) => {
        const at = Number(each['started_at']);
        if (query.from !== undefined && at < query.from) return false;
        if (query.to !== undefined && at >= query.to) return false;
        return FACETS.every((facet) => {
          const value = query[facet];
          const cells = columnsOfFacet(facet).map((name) => each[name] as string | null);
          return value === undefined || holds(facet, cells, value);
        });
      })
      .map(({ seq }) => seq);
  }

  function randomQuery(): CallQuery {
    const maybe = <T>(of: readonly T[]) => (random() < 0.25 ? one(of) : undefined);
    const query = {
      agent: maybe([...AGENTS, 'nobody']),
      actor: maybe(['root-agent', 'invoice']),
      owner: maybe(['fiona', 'omar']),
      team: maybe(['billing', 'ops']),
      subject: maybe(['fiona@example.com', 'Zoë', 'rare']),
      upstream: maybe(['payments', 'crm']),
      resource: maybe(['pay', 'send']),
      protocol: maybe(['mcp', 'a2a'] as const),
      policy: maybe([...POLICIES, 'gone']),
      decision: maybe(['allow', 'deny', 'hold'] as const),
      state: maybe(['open', 'denied', 'held', 'completed'] as const),
      outcome: maybe(['ok', 'tool_error'] as const),
      approval: maybe(['apr_7']),
      label: maybe(['pii', 'secret']),
      chain: random() < 0.05 ? `chain_${Math.floor(random() * 3000)}` : undefined,
      trace: random() < 0.05 ? `trace-${Math.floor(random() * CALLS)}` : undefined,
      text: maybe(['invoice', 'ÖMER pay', 'mail bot deny', 'example', 'nothing like it']),
      from: random() < 0.2 ? Math.floor(random() * CALLS * 500) : undefined,
      to: random() < 0.2 ? Math.floor(random() * CALLS * 500) : undefined,
    };
    return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
  }

  const found = async (query: CallQuery): Promise<number[]> => {
    const seqs: number[] = [];
    for await (const { seq } of matchingCalls(reader, query)) seqs.push(seq);
    return seqs;
  };

  it('finds what looking at every row finds, whatever is combined', { timeout: 120_000 }, async () => {
    const rows = allRows();
    for (let i = 0; i < 400; i += 1) {
      const query = randomQuery();
      expect([query, await found(query)]).toEqual([query, naively(rows, query)]);
    }
  });

  it('finds any of several values and none of those excluded, in both directions', async () => {
    const rows = allRows();
    const cells = (each: (typeof rows)[number], facet: Facet) =>
      columnsOfFacet(facet).map((name) => each[name] as string | null);
    for (let i = 0; i < 60; i += 1) {
      const any = ['invoice', 'planner', 'nobody'].filter(() => random() < 0.6);
      const not: (readonly [Facet, string])[] = [
        ...(random() < 0.5 ? [['upstream', 'crm'] as const] : []),
        ...(random() < 0.5 ? [['policy', 'no-leaks'] as const] : []),
        ...(random() < 0.3 ? [['text', 'deny'] as const] : []),
        ...(random() < 0.3 ? [['decision', 'allow'] as const] : []),
      ];
      const query = {
        team: 'ops',
        ...asking(
          [...any.map((name) => `agent:${name}`), ...not.map((each) => `-${each.join(':')}`)].join(' '),
        ),
      };
      const wanted = rows
        .filter((each) => holds('team', cells(each, 'team'), 'ops'))
        .filter((each) => any.length === 0 || any.some((name) => holds('agent', cells(each, 'agent'), name)))
        .filter((each) => !not.some(([facet, value]) => holds(facet, cells(each, facet), value)))
        .map(({ seq }) => Number(seq));
      const page = await reader.page(query, { limit: 20_000 });
      expect([query, page.calls.map(({ seq }) => seq)]).toEqual([query, wanted]);
      expect((await reader.tallies(query, { times: [], facets: [], pairs: [], most: 1 })).total.calls).toBe(
        wanted.length,
      );
      const after = Math.floor(random() * CALLS);
      const next = await reader.pageAfter(query, { limit: 7, after });
      expect(next.calls.map(({ seq }) => seq)).toEqual(wanted.filter((seq) => seq > after).slice(-7));
    }
  });

  it('finds, and tallies, what a line asks for', async () => {
    const rows = allRows();
    for (const [line, isMeant] of LINES) {
      const meant = rows.filter(isMeant);
      const query = asking(line);
      expect([line, await found(query)]).toEqual([line, meant.map(({ seq }) => seq)]);
      const { total } = await reader.tallies(query, { times: [], facets: [], pairs: [], most: 1 });
      expect([line, total]).toEqual([line, tally(meant)]);
    }
  });

  it('compares few rows in one go, so that calls are served meanwhile, also where the index says little', async () => {
    const sizes: number[] = [];
    const watched: typeof test.db = new Proxy(test.db, {
      get: (db, name) => {
        if (name !== 'prepare') return Reflect.get(db, name) as unknown;
        return (text: string) => {
          const statement = db.prepare(text);
          const iterate = statement.iterate.bind(statement);
          statement.iterate = (...values: unknown[]) => {
            sizes.push(Number(values[1]) - Number(values[0]));
            return iterate(...values);
          };
          return statement;
        };
      },
    });
    const search = createCallSearch(watched);
    const query = asking('-text:nothing -text:"like it" invoice');
    const meant = naively(allRows(), { text: 'invoice' });
    const [newest, oldest] = [meant.slice(0, 5), meant.toReversed().slice(0, 5)];
    expect(await search.newest(query, { limit: 5 })).toEqual(newest);
    expect(await search.following(query, { limit: 5, after: -1 })).toEqual(oldest);
    for (let before = CALLS; before > 0; before -= SEGMENT)
      expect(await search.newest(query, { limit: 5, before })).toEqual(
        meant.filter((seq) => Number(seq) < before).slice(0, 5),
      );
    expect(sizes.length).toBeGreaterThan(4);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(256);
    // So does who counts them: no list says which of the calls that are over have an outcome that nobody knows.
    sizes.length = 0;
    const tallies = createCallTallies(watched, search);
    const counted = asking('-outcome:ended');
    const { total } = await tallies(counted, { times: [], facets: [], pairs: [], most: 1 });
    expect(total.calls).toBe((await found(counted)).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeGreaterThan(SEGMENT);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(256);
  });

  it('counts what it finds, and the values in it', async () => {
    const query = { decision: 'deny', label: 'pii' } as const;
    const wanted = new Set(naively(allRows(), query));
    const rows = allRows().filter(({ seq }) => wanted.has(seq));
    const { calls, isMore, facets } = await reader.counts(query);
    expect([calls, isMore]).toEqual([rows.length, false]);
    const agents = facets.find(({ facet }) => facet === 'agent')?.values ?? [];
    for (const { value, count } of agents)
      expect(count).toBe(rows.filter((each) => each['agent'] === value).length);
    expect(agents.reduce((sum, { count }) => sum + count, 0)).toBe(rows.length);
  });

  it('tallies, by bitmaps, what counting row by row gives: over time, by value, by pairs of values', async () => {
    const rows = allRows().reverse();
    for (let i = 0; i < 25; i += 1) {
      const query = randomQuery();
      const wanted = new Set(naively(rows, query));
      const asked = rows.filter(({ seq }) => wanted.has(seq));
      const times = [0, 700_000, 700_001, 2_000_000, 4_400_000];
      const facets = ['agent', 'actor', 'policy', 'subject'] as const;
      const pairs = [['agent', 'upstream']] as const;
      const tallied = await reader.tallies(query, { times, facets, pairs, most: 100 });
      expect([query, tallied.total]).toEqual([query, tally(asked)]);
      expect(tallied.flagged.reviewed).toBe(asked.filter((each) => each['approval'] !== null).length);
      for (const [at, time] of times.entries()) {
        const within = asked.filter(({ started_at }) => {
          const started = Number(started_at);
          return started >= time && started < (times[at + 1] ?? Infinity);
        });
        expect(tallied.times[at]).toMatchObject(tally(within));
      }
      for (const { facet, values, distinct } of tallied.facets) {
        const cellsOf = (each: (typeof asked)[number]) =>
          columnsOfFacet(facet).map((name) => each[name] as string | null);
        const all = new Set(asked.flatMap((each) => valuesOf(facet, cellsOf(each))));
        expect([facet, distinct, new Set(values.map(({ value }) => value))]).toEqual([facet, all.size, all]);
        for (const { value, newestAt, ...counts } of values) {
          const having = asked.filter((each) => holds(facet, cellsOf(each), value));
          expect(counts).toEqual(tally(having));
          expect(newestAt).toBe(having.at(-1)?.['started_at']);
        }
      }
      for (const { values, newestAt: _, ...counts } of tallied.pairs[0]?.values ?? []) {
        const having = asked.filter((each) => each['agent'] === values[0] && each['upstream'] === values[1]);
        expect(counts).toEqual(tally(having));
      }
    }
  });

  it('tallies rows where the packed index lacks a segment', async () => {
    const rows = allRows();
    const ask = { times: [0], facets: ['agent'], pairs: [], most: 100 } as const;
    const before = await reader.tallies({}, ask);
    const gone = test.db.prepare('SELECT * FROM call_index WHERE place % 4294967296 = 1').all() as Row[];
    inTransaction(() => test.db.exec('DELETE FROM call_index WHERE place % 4294967296 = 1'));
    expect(gone.length).toBeGreaterThan(10);
    expect(await reader.tallies({}, ask)).toEqual(before);
    expect(before.total).toEqual(tally(rows));
    const put = test.db.prepare(
      'INSERT INTO call_index (place, terms, lists) VALUES (@place, @terms, @lists)',
    );
    inTransaction(() => {
      for (const each of gone) put.run(each);
    });
  });

  it('goes on behind a page without gap or repetition, also when calls came or were decided again meanwhile', async () => {
    const before = await found({ decision: 'deny' });
    const first = await reader.page({ decision: 'deny' }, { limit: 30 });
    const calls = createCallRows(test.db);
    inTransaction(() => {
      for (let seq = CALLS; seq < CALLS + 50; seq += 1)
        calls.apply(putting({ ...row(seq), decision: 'deny' }, []));
    });
    const rest = await reader.page({ decision: 'deny' }, { limit: 10_000, before: first.next ?? 0 });
    expect([...first.calls, ...rest.calls].map(({ seq }) => seq)).toEqual(before);
    expect(rest.next).toBeNull();
  });

  it('keeps the packed index what packing the rows anew makes of it', () => {
    const stored = () => test.db.prepare('SELECT * FROM call_index ORDER BY place').all();
    const live = stored();
    expect(live.length).toBeGreaterThan(100);
    inTransaction(() => {
      test.db.exec('DELETE FROM call_index');
      createCallIndex(test.db).packAll();
    });
    expect(stored()).toEqual(live);
  });

  it('no longer finds a person that was erased, by name, word or term, and finds all else', async () => {
    const zoe = await found({ subject: 'Zoë' });
    const pay = await found({ resource: 'pay' });
    const ids = zoe.map((seq) => `call_${seq}`);
    // Both ways: a few calls of a segment, and nearly all of them.
    inTransaction(() => expect(eraseCalls(test.db, ids.slice(0, 3))).toBe(3));
    expect(await found({ subject: 'Zoë' })).toEqual(zoe.slice(3));
    inTransaction(() => expect(eraseCalls(test.db, [...ids, 'call_unknown'])).toBe(ids.length));
    expect(await found({ subject: 'Zoë' })).toEqual([]);
    expect(await found({ text: 'zoë' })).toEqual([]);
    const named = test.db.prepare('SELECT count(*) FROM call_index WHERE instr(terms, ?) > 0').pluck();
    expect(named.get(Buffer.from('fiona@'))).toBeGreaterThan(0);
    expect(named.get(Buffer.from('Zoë'))).toBe(0);
    expect(await found({ resource: 'pay' })).toEqual(pay);
    const rows = allRows();
    for (let i = 0; i < 50; i += 1) {
      const query = randomQuery();
      expect([query, await found(query)]).toEqual([query, naively(rows, query)]);
    }
    const kept = test.db.prepare('SELECT * FROM call_index ORDER BY place').all();
    inTransaction(() => {
      test.db.exec('DELETE FROM call_index');
      createCallIndex(test.db).packAll();
    });
    expect(test.db.prepare('SELECT * FROM call_index ORDER BY place').all()).toEqual(kept);
  });

  it('hides no call behind a name that another name has the term of', async () => {
    // Two words of 32 equal bits, as somebody looks for who wants to be left out.
    const owners = ['costarring', 'liquid'];
    const index = createCallIndex(test.db);
    inTransaction(() => {
      for (const [at, owner] of owners.entries())
        test.db.prepare('UPDATE calls SET owner = ? WHERE seq % 50 = ?').run(owner, at);
      for (let seq = 0; seq < CALLS; seq += SEGMENT) index.refresh(seq / SEGMENT, ['owner']);
    });
    const rows = allRows();
    for (const [line, isMeant] of [
      ['-owner:liquid', ({ owner }) => owner !== 'liquid'],
      ['-owner:costarr*', ({ owner }) => !String(owner).startsWith('costarr')],
      ['owner:liq*', ({ owner }) => owner === 'liquid'],
    ] satisfies [string, (each: TestRow) => boolean][])
      expect([line, await found(asking(line))]).toEqual([line, rows.filter(isMeant).map(({ seq }) => seq)]);
  });

  it('erases everything that an unreadable decision said', async () => {
    const id = 'call_10';
    inTransaction(() =>
      eraseCalls(test.db, [id], ['caller', 'resource', 'explanation', 'actors', 'trace', 'result']),
    );
    expect(await reader.get(id)).toMatchObject({
      agent: null,
      owner: null,
      team: null,
      upstream: null,
      resource: null,
      policies: [],
      agents: [],
      traceId: null,
    });
  });
});
