// What it costs to find calls among a million: the first page of combinations of filters, among them the hard ones, where
// each filter alone finds many calls and together they find none; and to count them, over time and by value.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallQuery } from '../apps/gateway/src/search/query.ts';
import { drizzleSqlite } from '../apps/gateway/src/store/drizzle.ts';
import type { TallyAsk } from '../apps/gateway/src/store/readers/tallies.ts';
import { openForReading } from '../apps/gateway/src/store/sqlite/open.ts';
import { createCallReader } from '../apps/gateway/src/store/sqlite/readers/calls.ts';
import { APART_MS, STARTED_AT, writeCalls } from './audit-search-world.ts';

const PAGE = 50;
const HOUR = 3_600_000;

const QUERIES: Readonly<Record<string, CallQuery>> = {
  nothing_asked: {},
  one_agent: { agent: 'agent-0' },
  rare_agent: { agent: 'agent-199' },
  nobody: { agent: 'nobody-of-that-name' },
  agent_and_policy: { agent: 'agent-1', policy: 'policy-3' },
  denied_of_team: { team: 'team-1', decision: 'deny' },
  // No agent with an even number touches `pii`, half of all calls each.
  anticorrelated: { label: 'pii', owner: 'owner-0' },
  anticorrelated_words: { text: 'refused', decision: 'allow' },
  allowed_and_denied: { text: 'permitted refused' },
  words: { text: 'agent 17 permitted' },
  unknown_words: { text: 'unheard of' },
  six_filters: {
    agent: 'agent-2',
    team: 'team-2',
    upstream: 'server-2',
    operation: 'mcp:tools/call',
    decision: 'allow',
    outcome: 'tool_error',
  },
  all_that_is_common_and_nothing: {
    protocol: 'mcp',
    operation: 'mcp:tools/call',
    decision: 'allow',
    state: 'completed',
    reason: 'permitted',
    outcome: 'ok',
    text: 'permitted agent called',
    label: 'pii',
    owner: 'owner-0',
  },
  chain: { chain: 'chain_00000000000000000000000000000007' },
  trace: { trace: 'f'.repeat(32) },
  subject: { subject: 'person-4999@example.com' },
  long_ago: { to: STARTED_AT + HOUR, agent: 'agent-0' },
  a_stretch: { from: STARTED_AT + HOUR, to: STARTED_AT + 2 * HOUR, decision: 'deny', text: 'pay' },
  approval: { approval: 'apr_00000000000000000000000000000000' },
};

const FACETS = ['agent', 'owner', 'team', 'subject', 'upstream', 'resource', 'policy'] as const;
const CLOSED = ['protocol', 'operation', 'state', 'outcome', 'reason'] as const;

/** What a page of the console asks to be counted: all of it over all calls, and beside a list that is filtered. */
const COUNTS: Readonly<Record<string, { readonly query: CallQuery; readonly ask: Omit<TallyAsk, 'times'> }>> =
  {
    overview: {
      query: {},
      ask: {
        facets: ['agent', 'team', 'owner', 'policy', 'reason'],
        pairs: [['upstream', 'resource']],
        most: 10,
      },
    },
    who_calls_whom: { query: {}, ask: { facets: [], pairs: [['agent', 'upstream']], most: 200 } },
    all_facets: { query: {}, ask: { facets: [...FACETS, ...CLOSED], pairs: [], most: 20 } },
    all_facets_of_an_agent: {
      query: { agent: 'agent-0' },
      ask: { facets: [...FACETS, ...CLOSED], pairs: [], most: 20 },
    },
    all_facets_of_denied: {
      query: { decision: 'deny' },
      ask: { facets: [...FACETS, ...CLOSED], pairs: [], most: 20 },
    },
    of_nothing: {
      query: { label: 'pii', owner: 'owner-0' },
      ask: { facets: [...FACETS, ...CLOSED], pairs: [], most: 20 },
    },
  };

export async function benchSearch({
  quick,
  tell,
}: {
  readonly quick: boolean;
  readonly tell: (text: string) => void;
}) {
  const calls = quick ? 100_000 : 1_000_000;
  const folder = mkdtempSync(join(tmpdir(), 'countersign-search-'));
  try {
    const path = join(folder, 'calls.db');
    const began = performance.now();
    writeCalls(path, calls);
    tell(`${calls} calls made and packed in ${Math.round(performance.now() - began)} ms`);
    const db = openForReading(path);
    const reader = createCallReader(db, drizzleSqlite({ client: db }));
    const search_ms: Record<string, number> = {};
    for (const [name, query] of Object.entries(QUERIES))
      search_ms[name] = await median(() => reader.page(query, { limit: PAGE }));
    const counts_ms: Record<string, number> = {};
    for (const [name, { query, ask }] of Object.entries(COUNTS)) {
      const times = Array.from({ length: 60 }, (_, at) => STARTED_AT + (at * calls * APART_MS) / 60);
      counts_ms[name] = await median(() => reader.tallies(query, { ...ask, times }));
    }
    const counts_ms_max = Math.max(...Object.values(counts_ms));
    tell(`slowest counts: ${counts_ms_max} ms`);
    db.close();
    const search_ms_max = Math.max(...Object.values(search_ms));
    tell(`slowest first page: ${search_ms_max} ms`);
    const size = quick ? '100k' : '1m';
    return {
      [`search_ms_${size}`]: search_ms_max,
      search_ms,
      [`counts_ms_${size}`]: counts_ms_max,
      counts_ms,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The median of five, after a first that finds nothing in memory and is not counted. */
async function median(ask: () => Promise<unknown>): Promise<number> {
  const taken: number[] = [];
  for (let time = 0; time < 6; time += 1) {
    const began = performance.now();
    await ask();
    taken.push(performance.now() - began);
  }
  const [, , middle = 0] = taken.slice(1).sort((a, b) => a - b);
  return Math.round(middle * 10) / 10;
}
