// How the calls of a search stand, over time and by value: what a list of calls shows above and beside it.
import { createRoute, z } from '@hono/zod-openapi';
import type { CallQuery } from '../../search/query.ts';
import { FACETS, type Facet } from '../../search/facets.ts';
import { bucketsOf } from '../buckets.ts';
import type { AdminDeps } from '../deps.ts';
import { olderCalls } from '../older-calls.ts';
import { refusals } from '../refusal.ts';
import { CallTallies } from '../schemas/tallies.ts';
import { createShare } from '../shared.ts';
import { flaggedView, histogramView, toolTalliesView, valueTallyView } from '../view-tallies.ts';
import { EXPLORED, understood } from './call-query.ts';
import { json, routeApp, wholeNumber } from './common.ts';

/** A tool, prompt, resource or called agent with its server, as a condition `tool:` says it. */
const TOOL = 'tool';
type Counted = Exclude<Facet, 'text' | 'trace' | 'chain'> | typeof TOOL;

/** Not by word, and not by what is different for each call. */
const COUNTED: readonly [Counted, ...Counted[]] = [
  TOOL,
  ...FACETS.filter((facet) => facet !== 'text' && facet !== 'trace' && facet !== 'chain'),
];

const facetNames = z
  .string()
  .max(256)
  .transform((text) => text.split(','))
  .pipe(
    z.array(
      z.enum(COUNTED, {
        error: ({ input }) =>
          `is \`${String(input)}\`: give some of ${COUNTED.join(', ')}, with commas between`,
      }),
    ),
  )
  .openapi({ type: 'string', description: `some of ${COUNTED.join(', ')}, with commas between` });

const show = createRoute({
  method: 'get',
  path: '/tallies',
  summary: 'How the calls of a search stand: in all, over time, and by the values of the facets named',
  description:
    'All calls of the search are counted, by the index. To offer the other values of a facet that is filtered by, ask for that ' +
    'facet without its filter.',
  request: {
    query: z.strictObject({
      ...EXPLORED,
      facets: facetNames.optional(),
      buckets: wholeNumber(2, 200)
        .optional()
        .openapi({ description: 'at most so many stretches; default 60' }),
      most: wholeNumber(1, 200).optional().openapi({ description: 'values of each facet; default 20' }),
    }),
  },
  responses: { 200: json(CallTallies, 'the counts'), ...refusals(400, 401) },
});

export function callTallyRoutes(deps: AdminDeps) {
  const share = createShare();
  return routeApp().openapi(show, async (c) => {
    const { facets, buckets, most, ...filters } = c.req.valid('query');
    const query = understood(filters);
    const asked = { query, facets: facets ?? [], count: buckets ?? 60, most: most ?? 20 };
    return c.json(await share(JSON.stringify(asked), () => talliesOf(deps, asked)), 200);
  });
}

async function talliesOf(
  deps: AdminDeps,
  asked: {
    readonly query: CallQuery;
    readonly facets: readonly Counted[];
    /** Buckets at most. */
    readonly count: number;
    readonly most: number;
  },
): Promise<z.infer<typeof CallTallies>> {
  const { query, facets, count, most } = asked;
  const { calls } = deps.readers;
  const span = await calls.span(query);
  const from = query.from ?? span?.first;
  const to = query.to ?? (span === null ? undefined : span.last + 1);
  const buckets = from === undefined || to === undefined ? null : bucketsOf(from, to, count);
  const counted = await calls.tallies(query, {
    times: buckets?.starts ?? [],
    facets: [...new Set(facets)].filter((facet) => facet !== TOOL),
    pairs: facets.includes(TOOL) ? [['upstream', 'resource']] : [],
    most,
  });
  const [tools] = counted.pairs;
  return {
    total: flaggedView(counted),
    archived: await olderCalls(deps, query.from),
    histogram:
      buckets === null || from === undefined || to === undefined
        ? null
        : histogramView({ from, to }, buckets, counted.times),
    facets: Object.fromEntries([
      ...counted.facets.map(({ facet, distinct, values }) => [
        facet,
        { distinct, values: values.map(valueTallyView) },
      ]),
      ...(tools === undefined ? [] : [[TOOL, toolTalliesView(tools)]]),
    ]),
  };
}
