// Policy sets beside each other: what their policies say otherwise and what that means; and the names that policies speak of.
import { createRoute, z } from '@hono/zod-openapi';
import type { Compared, SetToRead } from '../../rehearsal/types.ts';
import type * as views from '../client.ts';
import type { AdminDeps } from '../deps.ts';
import { requires } from '../principal.ts';
import { notFound, Refusal, refusals } from '../refusal.ts';
import * as schemas from '../schemas/comparison.ts';
import { diagnosticView, readSources } from '../view-changes.ts';
import { json, noQuery, routeApp, wholeNumber } from './common.ts';

const AGAIN_SECONDS = 5;
const REFUSED = {
  busy: [503, 'busy', AGAIN_SECONDS],
  own_busy: [429, 'busy', AGAIN_SECONDS],
  failed: [503, 'unavailable'],
} as const;

const ANSWERS = {
  200: json(schemas.PolicyComparison, 'what differs'),
  ...refusals(400, 401, 403, 404, 413, 429, 503),
};

const versions = createRoute({
  method: 'get',
  path: '/compare',
  summary: 'Two versions beside each other, policy by policy, and which agents may do what else by the one',
  request: {
    query: z.strictObject({
      before: wholeNumber(0, Number.MAX_SAFE_INTEGER).openapi({ description: '0: no policies at all' }),
      after: wholeNumber(1, Number.MAX_SAFE_INTEGER),
    }),
  },
  responses: ANSWERS,
});

const candidate = createRoute({
  method: 'post',
  path: '/compare',
  summary: 'The same of a candidate, beside the set in force or a version',
  middleware: [noQuery, requires('policy_author', 'approver', 'admin')] as const,
  request: { body: { required: true, content: { 'application/json': { schema: schemas.CompareRequest } } } },
  responses: ANSWERS,
});

const names = createRoute({
  method: 'get',
  path: '/names',
  summary: 'What policies may speak of: entity types with their attributes, actions, and what is registered',
  middleware: [noQuery] as const,
  responses: { 200: json(schemas.PolicyNames, 'the names'), ...refusals(400, 401, 503) },
});

export function comparisonRoutes(deps: AdminDeps) {
  return routeApp()
    .openapi(versions, async (c) => {
      const { before, after } = c.req.valid('query');
      return c.json(
        await compared(
          deps,
          c.get('principal').user,
          before === 0 ? null : await versionOf(deps, before),
          await versionOf(deps, after),
          c.req.raw.signal,
        ),
        200,
      );
    })
    .openapi(candidate, async (c) => {
      const { sources, before } = c.req.valid('json');
      const other = before === undefined ? await inForce(deps) : await versionOf(deps, before);
      return c.json(
        await compared(deps, c.get('principal').user, other, { sources, digest: null }, c.req.raw.signal),
        200,
      );
    })
    .openapi(names, async (c) => c.json(await namesView(deps), 200));
}

async function compared(
  { permissions, rehearsals }: AdminDeps,
  who: string,
  before: SetToRead | null,
  after: SetToRead,
  signal: AbortSignal,
): Promise<views.PolicyComparison> {
  const found = await rehearsals.compare(who, { before, after }, () => permissions.questions(), signal);
  if (found.ok) return comparisonView(found.value);
  const { code: why, message } = found.error;
  const [status, code, again] = REFUSED[why === 'busy' || why === 'own_busy' ? why : 'failed'];
  throw new Refusal(status, code, message, again);
}

async function versionOf({ readers }: AdminDeps, version: number): Promise<SetToRead> {
  const found = await readers.policies.version(version);
  const set = found === null ? null : await readers.policies.get(found.digest);
  if (found === null || set === null) throw notFound('policy version', String(version));
  return { sources: readSources(set.sources), digest: found.digest };
}

async function inForce({ readers }: AdminDeps): Promise<SetToRead | null> {
  const active = await readers.policies.active();
  return active === null ? null : { sources: readSources(active.sources), digest: active.digest };
}

function comparisonView({ policies, diagnostics, reach }: Compared): views.PolicyComparison {
  return {
    policies: policies?.map(({ terms, ...rest }) => ({ ...rest, terms: [...terms] })) ?? null,
    diagnostics: {
      before: diagnostics.before.map(diagnosticView),
      after: diagnostics.after.map(diagnosticView),
    },
    reach:
      reach === null
        ? null
        : {
            ...reach,
            shifts: [...reach.shifts],
            changes: reach.changes.map(({ policies: by, ...rest }) => ({ ...rest, policies: [...by] })),
          },
  };
}

async function namesView({ rehearsals, registry }: AdminDeps): Promise<views.PolicyNames> {
  const found = await rehearsals.names();
  if (!found.ok) throw new Refusal(503, 'unavailable', found.error.message);
  const { types, actions } = found.value;
  const { agents, servers, users, groups, teams } = registry.current();
  const tools = actions.filter((action) => action.includes('/') && !/^(?:mcp|a2a):/.test(action));
  return {
    types: Object.fromEntries([...types].map(([name, members]) => [name, [...members]])),
    ids: {
      Action: [...actions],
      Agent: [...agents.keys()],
      Group: [...groups],
      Server: [...servers.keys()],
      Team: [...teams],
      Tool: tools,
      User: [...users.keys()],
    },
  };
}
