// Receivers that are sent every entry: where each stands. They are configured, not changed here.
import { createRoute } from '@hono/zod-openapi';
import type { AdminDeps } from '../deps.ts';
import { refusals } from '../refusal.ts';
import { SinkList } from '../schemas/sinks.ts';
import { isoTime, isoTimeOrNull } from '../view.ts';
import { json, noQuery, routeApp } from './common.ts';

const list = createRoute({
  method: 'get',
  path: '/',
  summary: 'The configured sinks with position, lag and the last failure',
  middleware: [noQuery] as const,
  responses: { 200: json(SinkList, 'in the order of the configuration'), ...refusals(400, 401) },
});

export function sinkRoutes(deps: Pick<AdminDeps, 'now' | 'sinks'>) {
  return routeApp().openapi(list, (c) =>
    c.json(
      {
        sinks: deps.sinks().map((sink) => ({ ...sink, failingSince: isoTimeOrNull(sink.failingSince) })),
        now: isoTime(deps.now()),
      },
      200,
    ),
  );
}
