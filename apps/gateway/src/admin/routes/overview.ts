// What happened in a stretch of time, and how things stand: counted by the index, however many calls there are.
import { createRoute, z } from '@hono/zod-openapi';
import type { AdminReaders } from '../deps.ts';
import { CALL_FILTERS } from '../../search/query.ts';
import { bucketsOf } from '../buckets.ts';
import type { AdminDeps } from '../deps.ts';
import { logHealth } from '../log-health.ts';
import { olderCalls } from '../older-calls.ts';
import { refusals } from '../refusal.ts';
import { Overview } from '../schemas/overview.ts';
import { createShare } from '../shared.ts';
import { isoTime, isoTimeOrNull } from '../view.ts';
import { flaggedView, histogramView, targetTallyView, valueTallyView } from '../view-tallies.ts';
import { json, routeApp } from './common.ts';
import { periodOf } from './period.ts';

const BUCKETS = 60;
const TOP = 10;
const MOST_WAITING = 200;

const FACETS = ['agent', 'team', 'owner', 'policy', 'reason'] as const;

const show = createRoute({
  method: 'get',
  path: '/',
  summary:
    'What happened in a stretch of time (the last 24 hours), what waits for people, how the log stands',
  request: { query: z.strictObject({ from: CALL_FILTERS.from, to: CALL_FILTERS.to }) },
  responses: { 200: json(Overview, 'the overview'), ...refusals(400, 401) },
});

export function overviewRoutes(deps: AdminDeps) {
  const share = createShare();
  return routeApp().openapi(show, async (c) => {
    const given = c.req.valid('query');
    periodOf(given, deps.now());
    return c.json(await share(JSON.stringify(given), () => overviewOf(deps, given)), 200);
  });
}

async function overviewOf(
  deps: AdminDeps,
  given: Parameters<typeof periodOf>[0],
): Promise<z.infer<typeof Overview>> {
  const now = deps.now();
  const { from, to } = periodOf(given, now);
  const { size } = await deps.readers.log.head();
  const buckets = bucketsOf(from, to, BUCKETS);
  const counted = await deps.readers.calls.tallies(
    { from, to },
    { times: buckets.starts, facets: FACETS, pairs: [['upstream', 'resource']], most: TOP },
  );
  const top = (facet: (typeof FACETS)[number]) =>
    (counted.facets.find((each) => each.facet === facet)?.values ?? []).map(valueTallyView);
  return {
    from: isoTime(from),
    to: isoTime(to),
    asOf: size,
    now: isoTime(now),
    total: flaggedView(counted),
    archived: await olderCalls(deps, from),
    histogram: histogramView({ from, to }, buckets, counted.times),
    top: {
      agents: top('agent'),
      teams: top('team'),
      owners: top('owner'),
      policies: top('policy'),
      reasons: top('reason'),
      tools: (counted.pairs[0]?.values ?? []).map(targetTallyView),
    },
    approvals: await openApprovals(deps.readers),
    changes: await openChanges(deps.readers),
    log: await logHealth(deps),
  };
}

async function openApprovals({ approvals }: Pick<AdminReaders, 'approvals'>) {
  const pending = await approvals.list({ state: 'pending', limit: MOST_WAITING + 1 });
  const first = pending.reduce<number | null>(
    (least, { expiresAt }) => (least === null || expiresAt < least ? expiresAt : least),
    null,
  );
  return {
    pending: Math.min(pending.length, MOST_WAITING),
    isMore: pending.length > MOST_WAITING,
    nextExpiresAt: isoTimeOrNull(first),
  };
}

async function openChanges({ changes }: Pick<AdminReaders, 'changes'>) {
  const pending = await changes.list({ state: 'pending', limit: MOST_WAITING + 1 });
  return { pending: Math.min(pending.length, MOST_WAITING), isMore: pending.length > MOST_WAITING };
}
