// Calls of a made-up company, the same on every run, as rows of the index: a few agents make most calls, some values
// exclude each other, and ids are all different.
import { createCallIndex } from '../apps/gateway/src/store/sqlite/calls/call-index.ts';
import { migrate } from '../apps/gateway/src/store/sqlite/migrate.ts';
import { openForWriting } from '../apps/gateway/src/store/sqlite/open.ts';

export const STARTED_AT = Date.UTC(2026, 0, 1);
export const APART_MS = 100;
const AT_ONCE = 2048;

const AGENTS = 200;
const PEOPLE = 5_000;
const SERVERS = 30;
const TOOLS = 300;
const POLICIES = 100;
const TEAMS = 20;

/** Throws what SQLite throws. `path` must not be there yet. */
export function writeCalls(path: string, count: number): void {
  const db = openForWriting(path);
  try {
    migrate(db);
    db.pragma('synchronous = OFF');
    const first = rowOf(0, randomNumbers());
    const names = Object.keys(first);
    const insert = db.prepare(
      `INSERT INTO calls (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    );
    const index = createCallIndex(db);
    const random = randomNumbers();
    const writeSome = db.transaction((from: number, to: number) => {
      for (let seq = from; seq < to; seq += 1) insert.run(...Object.values(rowOf(seq, random)));
      index.packAll();
    });
    for (let from = 0; from < count; from += AT_ONCE) writeSome(from, Math.min(count, from + AT_ONCE));
    db.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    db.close();
  }
}

/** From 0 up to, not including, 1; the same on every run. */
function randomNumbers(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const hex = (number: number): string => number.toString(16).padStart(32, '0');

function rowOf(seq: number, random: () => number): Readonly<Record<string, string | number | null>> {
  // The smaller the number, the more often: the square of a random number is most often small.
  const some = (many: number): number => Math.floor(random() ** 2 * many);
  const agentNumber = some(AGENTS);
  const agent = `agent-${agentNumber}`;
  const owner = `owner-${agentNumber % 50}`;
  const upstream = `server-${some(SERVERS)}`;
  const resource = `${['pay', 'read', 'send', 'list'][some(4)]}-${some(TOOLS)}`;
  const policy = `policy-${some(POLICIES)}`;
  const subject = `person-${Math.floor(random() * PEOPLE)}@example.com`;
  const decision = random() < 0.85 ? 'allow' : random() < 0.9 ? 'deny' : 'hold';
  const verdict = decision === 'allow' ? 'permitted' : decision === 'deny' ? 'refused' : 'held';
  const at = STARTED_AT + seq * APART_MS;
  const isOver = decision !== 'hold';
  return {
    seq,
    id: `call_${hex(seq)}`,
    chain: `chain_${hex(Math.floor(seq / 5))}`,
    parent: null,
    link: 'root',
    depth: 1,
    protocol: 'mcp',
    revision: '2025-11-25',
    operation: 'mcp:tools/call',
    agent_uid: `agt_${hex(agentNumber)}`,
    agent,
    owner,
    team: `team-${agentNumber % TEAMS}`,
    subject,
    upstream_uid: `srv_${hex(1)}`,
    upstream,
    resource,
    agents: JSON.stringify(['planner', agent]),
    decision,
    reason: decision === 'allow' ? 'permitted' : decision === 'deny' ? 'no_permit' : 'guarded',
    policies: JSON.stringify([policy]),
    approval: decision === 'hold' ? `apr_${hex(seq)}` : null,
    sentence: `Agent ${agent} (owner ${owner}, risk low) called ${upstream}/${resource} for ${subject}: ${verdict} by policy ${policy}`,
    trace_id: hex(seq * 7_919),
    labels: agentNumber % 2 === 1 ? '["pii"]' : '[]',
    brought: '[]',
    state: decision === 'allow' ? 'completed' : decision === 'deny' ? 'denied' : 'held',
    round: 1,
    outcome: decision === 'allow' ? (random() < 0.95 ? 'ok' : 'tool_error') : null,
    http_status: decision === 'allow' ? 200 : null,
    duration_us: decision === 'allow' ? 1500 : null,
    first_index: seq * 2 + 1,
    decided_index: seq * 2 + 1,
    ended_index: isOver ? seq * 2 + 2 : null,
    started_at: at,
    ended_at: isOver ? at : null,
  };
}
