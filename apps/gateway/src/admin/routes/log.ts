// The log as an auditor's tools see it: head, state of verification, checkpoints. The newest checkpoint is public: a
// statement that only gains by being kept elsewhere.
import { createRoute, z } from '@hono/zod-openapi';
import { checkpointView } from '../checkpoint-view.ts';
import type { AdminDeps } from '../deps.ts';
import { Refusal, refusals } from '../refusal.ts';
import * as schemas from '../schemas/log.ts';
import { isoTimeOfEntry, isoTimeOrNull } from '../view.ts';
import { json, noQuery, routeApp, wholeNumber } from './common.ts';

const show = createRoute({
  method: 'get',
  path: '/log',
  summary: 'Origin, size and head of the log, and how far it was verified',
  middleware: [noQuery] as const,
  responses: { 200: json(schemas.Log, 'the log'), ...refusals(400, 401) },
});

const checkpoints = createRoute({
  method: 'get',
  path: '/checkpoints',
  summary: 'Signed checkpoints, newest first',
  request: {
    query: z.strictObject({
      limit: wholeNumber(1, 200).optional(),
      before: wholeNumber(0, Number.MAX_SAFE_INTEGER)
        .optional()
        .openapi({ description: 'only those of fewer entries' }),
    }),
  },
  responses: { 200: json(schemas.CheckpointList, 'the checkpoints'), ...refusals(400, 401) },
});

const newest = createRoute({
  method: 'get',
  path: '/log/checkpoint',
  summary: 'The newest checkpoint as a C2SP signed note, with its cosignatures; needs no token',
  security: [],
  middleware: [noQuery] as const,
  responses: {
    200: { description: 'the note', content: { 'text/plain': { schema: z.string() } } },
    ...refusals(400, 404),
  },
});

export function logRoutes(deps: AdminDeps) {
  return routeApp()
    .openapi(show, async (c) => {
      const { origin, size, lastLeaf } = await deps.readers.log.head();
      const checkpoint = await deps.readers.log.latestCheckpoint();
      const { state, verifiedTo, brokenAt, message, checkedAt } = deps.verification.status();
      const index = deps.index.status();
      return c.json(
        {
          origin,
          size,
          archivedTo: await deps.readers.log.archivedTo(),
          headLeaf: lastLeaf,
          checkpoint:
            checkpoint === null ? null : { size: checkpoint.size, time: isoTimeOfEntry(checkpoint.time) },
          verification: { state, verifiedTo, brokenAt, message, checkedAt: isoTimeOrNull(checkedAt) },
          index: { ...index, checkedAt: isoTimeOrNull(index.checkedAt) },
        },
        200,
      );
    })
    .openapi(checkpoints, async (c) => {
      const { limit = 20, before } = c.req.valid('query');
      const { origin } = await deps.readers.log.head();
      const recent = await deps.readers.log.recentCheckpoints(limit, before);
      const checkpoints = await Promise.all(recent.map((record) => checkpointView(record, deps, origin)));
      return c.json({ checkpoints }, 200);
    });
}

export function publicLogRoutes(deps: AdminDeps) {
  return routeApp().openapi(newest, async (c) => {
    const note = await deps.newestCheckpoint();
    if (note === null) {
      throw new Refusal(404, 'not_found', 'no checkpoint was signed yet; try again in a second');
    }
    c.header('Cache-Control', 'no-cache');
    return c.text(note, 200);
  });
}
