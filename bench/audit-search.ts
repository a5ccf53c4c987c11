// What it costs to find calls among a million: the first page of combinations of filters, among them the hard ones, where
// each filter alone finds many calls and together they find none.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallQuery } from '../apps/gateway/src/search/query.ts';
import { drizzleSqlite } from '../apps/gateway/src/store/drizzle.ts';
import type { CallReader } from '../apps/gateway/src/store/readers/calls.ts';
import { openForReading } from '../apps/gateway/src/store/sqlite/open.ts';
import { createCallReader } from '../apps/gateway/src/store/sqlite/read-calls.ts';
import { STARTED_AT, writeCalls } from './audit-search-world.ts';

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
    for (const [name, query] of Object.entries(QUERIES)) search_ms[name] = await firstPage(reader, query);
    db.close();
    const search_ms_max = Math.max(...Object.values(search_ms));
    tell(`slowest first page: ${search_ms_max} ms`);
    return { [quick ? 'search_ms_100k' : 'search_ms_1m']: search_ms_max, search_ms };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The median of five, after a first that finds nothing in memory and is not counted. */
async function firstPage(reader: CallReader, query: CallQuery): Promise<number> {
  const taken: number[] = [];
  for (let time = 0; time < 6; time += 1) {
    const began = performance.now();
    await reader.page(query, { limit: PAGE });
    taken.push(performance.now() - began);
  }
  const [, , median = 0] = taken.slice(1).sort((a, b) => a - b);
  return Math.round(median * 10) / 10;
}
