// The policy set in force, what was refused, its history, and publishing: which is proposing, as the user of the token.
import { createRoute, z } from '@hono/zod-openapi';
import { shortTurns } from '../../event-loop.ts';
import type { Policies, PolicyVersion } from '../client.ts';
import type { AdminDeps } from '../deps.ts';
import { requires } from '../principal.ts';
import { notFound, refusals } from '../refusal.ts';
import { ChangeDetail } from '../schemas/changes.ts';
import * as schemas from '../schemas/policies.ts';
import { isoTime } from '../view.ts';
import {
  brokenView,
  diagnosticView,
  readBroken,
  readDifference,
  readSources,
  versionView,
} from '../view-changes.ts';
import { casesRun } from './cases.ts';
import { proposed } from './changes.ts';
import { json, noQuery, routeApp, wholeNumber } from './common.ts';

const show = createRoute({
  method: 'get',
  path: '/',
  summary:
    'The active policy set, the last refusal with file, line and column, and tools that it no longer fits',
  middleware: [noQuery] as const,
  responses: { 200: json(schemas.Policies, 'the policies'), ...refusals(400, 401) },
});

const versions = createRoute({
  method: 'get',
  path: '/versions',
  summary: 'Which set was in force from when on, newest first',
  request: {
    query: z.strictObject({
      limit: wholeNumber(1, 200).optional(),
      before: wholeNumber(1, Number.MAX_SAFE_INTEGER)
        .optional()
        .openapi({ description: 'a version: only those before it' }),
    }),
  },
  responses: { 200: json(schemas.PolicyHistory, 'the history'), ...refusals(400, 401) },
});

const version = createRoute({
  method: 'get',
  path: '/versions/{version}',
  summary: 'One version with its files, and what it changed',
  middleware: [noQuery] as const,
  request: { params: z.object({ version: wholeNumber(1, Number.MAX_SAFE_INTEGER) }) },
  responses: { 200: json(schemas.PolicyVersionDetail, 'the version'), ...refusals(400, 401, 404) },
});

const check = createRoute({
  method: 'post',
  path: '/check',
  summary: 'Validate a candidate against today’s tools and groups, and compare it with the set in force',
  middleware: [noQuery, requires('policy_author', 'approver', 'admin')] as const,
  request: {
    body: { required: true, content: { 'application/json': { schema: schemas.PolicyCheckRequest } } },
  },
  responses: {
    200: json(schemas.PolicyCheck, 'what there is to say of it'),
    ...refusals(400, 401, 403, 413),
  },
});

const PROPOSED = {
  201: json(ChangeDetail, 'the change; `applied` where review is configured off'),
  ...refusals(400, 401, 403, 409, 413, 503),
};

const publish = createRoute({
  method: 'post',
  path: '/publish',
  summary: 'Propose a policy set, as the user that the token belongs to',
  middleware: [noQuery, requires('policy_author', 'admin')] as const,
  request: { body: { required: true, content: { 'application/json': { schema: schemas.PublishRequest } } } },
  responses: PROPOSED,
});

const rollback = createRoute({
  method: 'post',
  path: '/rollback',
  summary: 'Propose to go back to an earlier version',
  middleware: [noQuery, requires('policy_author', 'admin')] as const,
  request: { body: { required: true, content: { 'application/json': { schema: schemas.RollbackRequest } } } },
  responses: PROPOSED,
});

export function policyRoutes(deps: AdminDeps) {
  const { policies } = deps.readers;
  return routeApp()
    .openapi(show, async (c) => c.json(await policiesView(deps), 200))
    .openapi(versions, async (c) => {
      const { limit = 50, before } = c.req.valid('query');
      const [last] = await policies.versions(1);
      const newest = last?.version ?? 0;
      const from = Math.min(newest, (before ?? newest + 1) - 1);
      const shown: PolicyVersion[] = [];
      // Each is read and told by itself: what a set changed can be as large as the set.
      const turns = shortTurns();
      for (let number = from; number > Math.max(0, from - limit); number -= 1) {
        if (turns.isOver()) await turns.next();
        const found = await policies.version(number);
        if (found !== null) shown.push(versionView(found, newest));
      }
      return c.json({ versions: shown }, 200);
    })
    .openapi(version, async (c) => {
      const number = c.req.valid('param').version;
      const found = await policies.version(number);
      const set = found === null ? null : await policies.get(found.digest);
      if (found === null || set === null) throw notFound('policy version', String(number));
      const [newest] = await policies.versions(1);
      return c.json(
        {
          ...versionView(found, newest?.version ?? null),
          sources: readSources(set.sources),
          difference: readDifference(found.diff),
          broken: brokenView(readBroken(found.broken)),
        },
        200,
      );
    })
    .openapi(check, async (c) => {
      const { sources } = c.req.valid('json');
      const { set, diagnostics, diff, base } = await deps.policies.examine(sources);
      return c.json(
        {
          ok: set !== null,
          digest: set?.digest ?? null,
          policies: set?.policies.length ?? 0,
          diagnostics: diagnostics.map(diagnosticView),
          difference: [...diff],
          base,
        },
        200,
      );
    })
    .openapi(publish, async (c) => {
      const { message, cases, ...wanted } = c.req.valid('json');
      const author = c.get('principal').user;
      const ran = cases === undefined ? null : await casesRun(deps, cases, wanted.sources);
      const proposal = ran === null ? wanted : { ...wanted, cases: ran };
      return c.json(await proposed(deps, { of: 'policy', author, message, proposal }), 201);
    })
    .openapi(rollback, async (c) => {
      const { message, version: number } = c.req.valid('json');
      const author = c.get('principal').user;
      const proposal = { rollback: number };
      return c.json(await proposed(deps, { of: 'policy', author, message, proposal }), 201);
    });
}

async function policiesView({ readers, policies }: AdminDeps): Promise<Policies> {
  const active = await readers.policies.active();
  const [newest] = await readers.policies.versions(1);
  const { refused, degraded, broken, warnings } = policies.status();
  const { closed, rules } = policies.publishing;
  return {
    active:
      active === null
        ? null
        : {
            digest: active.digest,
            author: active.author,
            activatedAt: isoTime(active.activatedAt),
            sources: readSources(active.sources),
            version: newest?.version ?? null,
          },
    refused:
      refused === null
        ? null
        : { at: isoTime(refused.at), diagnostics: refused.diagnostics.map(diagnosticView) },
    broken: brokenView(broken),
    warnings: warnings.map(diagnosticView),
    degraded,
    publishing: { closed, quorum: rules.quorum, group: rules.group },
  };
}
