// A log of many calls in a data folder that no gateway has used yet: real entries, sealed values, tiles and index, written by
// the writer that a gateway uses, and no slower than it must be: what is lost in a power cut is made again.
import { mkdirSync } from 'node:fs';
import { type EntryDraft, type Id, newId } from '@countersign/audit';
import { openNodeKeys } from '../apps/gateway/src/start/keys.ts';
import { logOrigin } from '../apps/gateway/src/start/origin.ts';
import { dataPaths } from '../apps/gateway/src/store/paths.ts';
import { openKeys, placeFor } from '../apps/gateway/src/store/payload/open.ts';
import { createPayloads } from '../apps/gateway/src/store/payload/payloads.ts';
import { migrate } from '../apps/gateway/src/store/sqlite/migrate.ts';
import { openForWriting } from '../apps/gateway/src/store/sqlite/open.ts';
import type { PendingCommit } from '../apps/gateway/src/store/sqlite/requests/requests.ts';
import { createWriter } from '../apps/gateway/src/store/sqlite/writer/writer.ts';

/** Between one call and the next: a million are a good day. */
const APART_MS = 80;
const AT_ONCE = 2000;

const AGENTS = 200;
const PEOPLE = 2_000;
const SERVERS = 30;
const TOOLS = 300;
const POLICIES = 100;
const TEAMS = 20;
const OUTCOMES = ['tool_error', 'upstream_error', 'withheld', 'aborted'] as const;

/** The newest call has just begun. Throws what SQLite throws. */
export async function writeLog(dataDir: string, count: number, tell: (text: string) => void): Promise<void> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const origin = await logOrigin(dataDir, null);
  await openNodeKeys(dataDir, origin);
  const db = openForWriting(dataPaths(dataDir).database);
  db.pragma('synchronous = OFF');
  db.pragma('cache_size = -256000');
  migrate(db);
  const vault = await openKeys(db, { dataDir, place: placeFor(dataDir, {}) });
  const begunAt = Date.now() - count * APART_MS;
  const payloads = createPayloads(db, vault, origin);
  const writer = createWriter(db, { origin, node: newId('node'), time: begunAt * 1000, ...payloads });
  const random = randomNumbers();
  const ids = { agents: uids('agt', AGENTS), servers: uids('srv', SERVERS), chain: newId('chain') };
  for (let from = 0; from < count; from += AT_ONCE) {
    const batch: PendingCommit[] = [];
    let next = writer.head.size;
    for (let at = from; at < Math.min(count, from + AT_ONCE); at += 1) {
      if (at % 5 === 0) ids.chain = newId('chain');
      const entries = callOf(ids, random, next);
      next += entries.length;
      batch.push({ id: at, time: (begunAt + at * APART_MS) * 1000, bytes: 0, request: { entries } });
    }
    const { outcomes, failure } = writer.apply(batch);
    if (failure !== null) throw new Error(failure.message);
    const refused = outcomes.find((outcome) => 'bug' in outcome || !outcome.result.ok);
    if (refused !== undefined) throw new Error(JSON.stringify(refused));
    if ((from / AT_ONCE) % 50 !== 49) continue;
    db.pragma('wal_checkpoint(PASSIVE)');
    tell(`${from + AT_ONCE} of ${count} calls written`);
  }
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  vault.close();
}

const uids = <Kind extends 'agt' | 'srv'>(kind: Kind, count: number): readonly Id<Kind>[] =>
  Array.from({ length: count }, () => newId(kind));

/** From 0 up to, not including, 1; the same on every run. */
function randomNumbers(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Ids {
  readonly agents: readonly Id<'agt'>[];
  readonly servers: readonly Id<'srv'>[];
  readonly chain: Id<'chain'>;
}

/** A few agents make most calls, and some values exclude each other, as they do. */
function callOf(ids: Ids, random: () => number, index: number): readonly EntryDraft[] {
  const some = (many: number): number => Math.floor(random() ** 2 * many);
  const agentNumber = some(AGENTS);
  const serverNumber = some(SERVERS);
  const [agent, upstream] = [`agent-${agentNumber}`, `server-${serverNumber}`];
  const owner = `owner-${agentNumber % 50}`;
  const tool = `${['pay', 'read', 'send', 'list'][some(4)]}-${some(TOOLS)}`;
  const policy = `policy-${some(POLICIES)}`;
  const subject = `person-${Math.floor(random() * PEOPLE)}@example.com`;
  const chance = random();
  const decision = chance < 0.9 ? 'allow' : chance < 0.995 ? 'deny' : 'hold';
  const reason = decision === 'allow' ? 'permitted' : decision === 'deny' ? 'no_permit' : 'guarded';
  const verdict = decision === 'allow' ? 'permitted' : decision === 'deny' ? 'refused' : 'held';
  const of = { call: newId('call'), chain: ids.chain, agent: ids.agents[agentNumber] ?? newId('agt') };
  const decided: EntryDraft<'call.decided'> = {
    kind: 'call.decided',
    ...of,
    body: {
      protocol: 'mcp',
      revision: '2025-11-25',
      operation: 'mcp:tools/call',
      upstream: ids.servers[serverNumber] ?? newId('srv'),
      decision,
      reason,
      round: 1,
      approval: decision === 'hold' ? newId('apr') : null,
      parent: null,
      link: 'root',
      depth: 1,
      policySet: null,
      schema: null,
    },
    details: {
      caller: JSON.stringify({ agent, owner, team: `team-${agentNumber % TEAMS}` }),
      subject: JSON.stringify({ subject, issuer: 'people' }),
      actors: JSON.stringify(['planner', agent]),
      resource: JSON.stringify({ kind: 'tool', name: tool, upstream }),
      explanation: JSON.stringify({ determining: [{ id: policy }], guards: [], errors: [] }),
      sentence: `Agent ${agent} (owner ${owner}, risk low) called ${upstream}/${tool} for ${subject}: ${verdict} by policy ${policy}`,
      trace: JSON.stringify({ traceId: of.call.slice('call_'.length) }),
      ...(agentNumber % 2 === 1 ? { labels: '["pii"]' } : {}),
    },
  };
  if (decision !== 'allow') return [decided];
  const outcome = random() < 0.95 ? 'ok' : (OUTCOMES[some(OUTCOMES.length)] ?? 'tool_error');
  const completed: EntryDraft<'call.completed'> = {
    kind: 'call.completed',
    ...of,
    // Most are quick, a few take seconds.
    body: {
      outcome,
      status: 200,
      durationUs: Math.floor(1000 + 5_000_000 * random() ** 12),
      firstByteUs: null,
      bytes: 20,
      events: 0,
      decided: index,
    },
    details: {},
  };
  return [decided, completed];
}
