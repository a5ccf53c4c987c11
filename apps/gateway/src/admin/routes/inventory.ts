// Agents as they are used: who calls and who does not, and who calls without being registered. Counted by the index of calls.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createRoute, z } from '@hono/zod-openapi';
import type { EntryRecord } from '../../store/readers/calls.ts';
import { matchingCalls } from '../../search/matching.ts';
import { CALL_FILTERS } from '../../search/query.ts';
import { type Tally, tallyOf } from '../../search/tally.ts';
import type { AdminDeps } from '../deps.ts';
import { olderCalls } from '../older-calls.ts';
import { refusals } from '../refusal.ts';
import { AgentInventory, UnregisteredList } from '../schemas/agents.ts';
import { agentView, isoTime, isoTimeOrNull } from '../view.ts';
import { json, noQuery, routeApp } from './common.ts';
import { periodOf } from './period.ts';

const DAY_MS = 86_400_000;
const MONTH_MS = 30 * DAY_MS;
/** Names of agents that are counted. */
const MOST_AGENTS = 20_000;
const MOST_GONE = 200;
/** Calls whose entries are read. */
const MOST_CALLS = 500;
const CALLS_PER_TURN = 25;

const agents = createRoute({
  method: 'get',
  path: '/agents',
  summary:
    'Registered agents with their last call and their calls of a day and of 30 days; who calls no more, or is gone',
  middleware: [noQuery] as const,
  responses: { 200: json(AgentInventory, 'the agents'), ...refusals(400, 401) },
});

const unregistered = createRoute({
  method: 'get',
  path: '/unregistered',
  summary: 'Who called without being registered, in a stretch of time (the last 24 hours)',
  request: { query: z.strictObject({ from: CALL_FILTERS.from, to: CALL_FILTERS.to }) },
  responses: { 200: json(UnregisteredList, 'the callers'), ...refusals(400, 401) },
});

interface Activity {
  readonly lastAt: number | null;
  readonly day: Tally;
  readonly month: Tally;
}

export function inventoryRoutes(deps: AdminDeps) {
  const byAgent = async (from?: number) => {
    const counted = await deps.readers.calls.tallies(from === undefined ? {} : { from }, {
      times: [],
      facets: ['agent'],
      pairs: [],
      most: MOST_AGENTS,
    });
    const values = counted.facets[0]?.values ?? [];
    return {
      flagged: counted.flagged,
      of: new Map(values.map(({ value, newestAt, ...tally }) => [value, { newestAt, tally }])),
    };
  };
  return routeApp()
    .openapi(agents, async (c) => {
      const now = deps.now();
      const [ever, month, day] = [
        await byAgent(),
        await byAgent(now - MONTH_MS),
        await byAgent(now - DAY_MS),
      ];
      const activityOf = (name: string): Activity => ({
        lastAt: ever.of.get(name)?.newestAt ?? null,
        day: day.of.get(name)?.tally ?? tallyOf([]),
        month: month.of.get(name)?.tally ?? tallyOf([]),
      });
      const registered = deps.registry.current().agents;
      const names = [...registered.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
      const gone = [...ever.of]
        .filter(([name]) => !registered.has(name))
        .sort(([, a], [, b]) => b.newestAt - a.newestAt)
        .slice(0, MOST_GONE);
      return c.json(
        {
          now: isoTime(now),
          agents: names.map((agent) => {
            const activity = activityOf(agent.name);
            return {
              agent: agentView(agent),
              ...activityView(activity),
              isDormant: agent.status === 'active' && activity.month.calls === 0,
            };
          }),
          gone: gone.map(([name]) => ({ name, ...activityView(activityOf(name)) })),
          unregistered: { day: day.flagged.unregistered, month: month.flagged.unregistered },
          archived: await olderCalls(deps),
        },
        200,
      );
    })
    .openapi(unregistered, async (c) => {
      const { from, to } = periodOf(c.req.valid('query'), deps.now());
      const found = new Map<string, Seen>();
      let [calls, isMore] = [0, false];
      for await (const call of matchingCalls(deps.readers.calls, { reason: 'unregistered', from, to })) {
        if (calls === MOST_CALLS) {
          isMore = true;
          break;
        }
        const [decided] = await deps.readers.calls.entries(call.id);
        note(found, identityIn(decided), { ...call, at: call.startedAt });
        calls += 1;
        if (calls % CALLS_PER_TURN === 0) await nextTurn();
      }
      const principals = [...found.values()].sort((a, b) => b.calls - a.calls || b.lastAt - a.lastAt);
      return c.json(
        {
          from: isoTime(from),
          to: isoTime(to),
          calls,
          isMore,
          archived: await olderCalls(deps, from),
          principals: principals.map(seenView),
        },
        200,
      );
    });
}

function activityView({ lastAt, day, month }: Activity) {
  return { lastCallAt: isoTimeOrNull(lastAt), day, month };
}

interface Identity {
  readonly issuer: string | null;
  readonly claim: string | null;
  readonly value: string | null;
}

interface Seen extends Identity {
  readonly subjects: Set<string>;
  readonly upstreams: Set<string>;
  readonly lastAt: number;
  readonly lastCall: string;
  calls: number;
  firstAt: number;
}

const caller = z.object({
  issuer: z.string().nullable().catch(null),
  claim: z.string().nullable().catch(null),
  value: z.string().nullable().catch(null),
});

/** All null where it was erased. */
function identityIn(entry: EntryRecord | undefined): Identity {
  try {
    return caller.parse(JSON.parse(entry?.details['caller'] ?? '{}'));
  } catch {
    return { issuer: null, claim: null, value: null };
  }
}

/** Calls come with the newest first. */
function note(
  found: Map<string, Seen>,
  identity: Identity,
  call: {
    readonly id: string;
    readonly at: number;
    readonly subject: string | null;
    readonly upstream: string | null;
  },
): void {
  const key = JSON.stringify([identity.issuer, identity.claim, identity.value]);
  let seen = found.get(key);
  if (seen === undefined) {
    const [subjects, upstreams] = [new Set<string>(), new Set<string>()];
    seen = {
      ...identity,
      subjects,
      upstreams,
      lastAt: call.at,
      lastCall: call.id,
      calls: 0,
      firstAt: call.at,
    };
    found.set(key, seen);
  }
  seen.calls += 1;
  seen.firstAt = call.at;
  if (call.subject !== null) seen.subjects.add(call.subject);
  if (call.upstream !== null) seen.upstreams.add(call.upstream);
}

function seenView({ subjects, upstreams, firstAt, lastAt, ...rest }: Seen) {
  return {
    ...rest,
    subjects: [...subjects].sort(),
    upstreams: [...upstreams].sort(),
    firstAt: isoTime(firstAt),
    lastAt: isoTime(lastAt),
  };
}
