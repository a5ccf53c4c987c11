// Policy before it goes live: a made-up call, and what a candidate would change of recorded ones. Neither puts anything
// into force, and neither is a call.
import { createRoute, z } from '@hono/zod-openapi';
import type { PolicySource } from '@countersign/policy';
import { RehearsalError } from '../../rehearsal/thread.ts';
import type { Window } from '../../rehearsal/types.ts';
import type { DiffEvent } from '../client.ts';
import type { AdminDeps } from '../deps.ts';
import { diffView } from '../diff-view.ts';
import { approversOf, explanationOf } from '../explanation.ts';
import { requires, type Standing } from '../principal.ts';
import { Refusal, refusals } from '../refusal.ts';
import * as schemas from '../schemas/rehearsal.ts';
import { casesRun, rehearsalRefusal } from './cases.ts';
import { json, noQuery, routeApp } from './common.ts';

const WEEK_MS = 7 * 86_400_000;

const simulate = createRoute({
  method: 'post',
  path: '/simulate',
  summary: 'Decide a made-up call, by the set in force or by a candidate; nothing is recorded of it',
  middleware: [noQuery, requires('policy_author', 'approver', 'admin')] as const,
  request: { body: { required: true, content: { 'application/json': { schema: schemas.SimulateRequest } } } },
  responses: { 200: json(schemas.Simulation, 'the decision'), ...refusals(400, 401, 403, 409, 413, 503) },
});

const test = createRoute({
  method: 'post',
  path: '/test',
  summary: 'Run a file of cases, against the set in force or a candidate; nothing is recorded of it',
  middleware: [noQuery, requires('policy_author', 'approver', 'admin')] as const,
  request: { body: { required: true, content: { 'application/json': { schema: schemas.TestRequest } } } },
  responses: {
    200: json(schemas.CaseReport, 'what came of them'),
    ...refusals(400, 401, 403, 409, 413, 503),
  },
});

const diff = createRoute({
  method: 'post',
  path: '/diff',
  summary:
    'What a candidate would change: its policies, and every recorded call whose outcome would be another',
  description:
    'Server-sent events, each with a DiffEvent as `data`: some of `progress`, then one with the `result`, or with the `error` ' +
    'that kept it from one. It runs in a thread beside the calls, one at a time, and ends when its reader goes.',
  middleware: [noQuery, requires('policy_author', 'approver', 'admin')] as const,
  request: { body: { required: true, content: { 'application/json': { schema: schemas.DiffRequest } } } },
  responses: {
    200: {
      description: 'each event has a DiffEvent as `data`',
      content: { 'text/event-stream': { schema: z.string() } },
    },
    ...refusals(400, 401, 403, 413),
  },
});

export function rehearsalRoutes(deps: AdminDeps) {
  return routeApp()
    .openapi(simulate, async (c) => {
      const { request, sources } = c.req.valid('json');
      const simulated = await deps.rehearsals.simulate(request, sources ?? null);
      if (!simulated.ok) throw rehearsalRefusal(simulated.error);
      const { facts, decision, sentence, refused } = simulated.value;
      const { principal, subject } = facts;
      const people = {
        owner: principal.kind === 'agent' ? principal.owner.name : null,
        subject: subject?.name ?? null,
      };
      return c.json(
        {
          decision: decision.outcome,
          reason: decision.reason,
          sentence,
          refused,
          labels: [...decision.obligations.labels],
          why: explanationOf(decision, approversOf(deps.registry.current(), people)),
          request: decision.request,
        },
        200,
      );
    })
    .openapi(test, async (c) => {
      const { cases, sources } = c.req.valid('json');
      return c.json((await casesRun(deps, cases, sources ?? null)).report, 200);
    })
    .openapi(diff, async (c) => {
      const { sources, since, last } = c.req.valid('json');
      if (since !== undefined && last !== undefined)
        throw new Refusal(400, 'malformed_request', 'give `since` or `last`, not both');
      const window =
        last === undefined
          ? { since: since === undefined ? deps.now() - WEEK_MS : Date.parse(since) }
          : { last };
      const events = diffEvents(deps, c.get('principal').standing, sources, window);
      return c.body(events, 200, {
        'Content-Type': 'text/event-stream',
        'X-Accel-Buffering': 'no',
      });
    });
}

/** The answer as it comes. Whoever reads slowly is told less often of progress; whoever goes ends the work. */
function diffEvents(
  deps: AdminDeps,
  standing: Standing,
  sources: readonly PolicySource[],
  window: Window,
): ReadableStream<Uint8Array> {
  const leaving = new AbortController();
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    async start(controller) {
      const say = (event: DiffEvent): void => {
        if (!leaving.signal.aborted) controller.enqueue(encoder.encode(`data: ${JSON.stringify(event)}\n\n`));
      };
      try {
        const found = await deps.rehearsals.diff(sources, window, leaving.signal, (progress) => {
          if ((controller.desiredSize ?? 0) > 0) say({ progress });
        });
        // Of recorded calls: not for somebody whose access ended while they were replayed.
        if (await standing.isGood()) say({ result: diffView(found) });
      } catch (error) {
        const isOurs = error instanceof RehearsalError;
        if (!isOurs) deps.report(error);
        const code = isOurs ? error.code : 'internal';
        say({ error: { code, message: isOurs ? error.message : 'internal error' } });
      }
      if (!leaving.signal.aborted) controller.close();
    },
    cancel: () => leaving.abort(),
  });
}
