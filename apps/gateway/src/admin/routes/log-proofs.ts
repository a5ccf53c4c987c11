// Proofs about the log as an API, for those who would rather not compute them from tiles. Whoever gets one verifies it:
// these routes are a service, not an authority.
import { createRoute, z } from '@hono/zod-openapi';
import { type NoProof, proveEntry, proveGrowth } from '../../proofs/log-proofs.ts';
import type { AdminDeps } from '../deps.ts';
import { requires } from '../principal.ts';
import { Refusal, refusals } from '../refusal.ts';
import * as schemas from '../schemas/log-proofs.ts';
import { json, routeApp, wholeNumber } from './common.ts';

const place = wholeNumber(0, Number.MAX_SAFE_INTEGER);

const inclusion = createRoute({
  method: 'get',
  path: '/log/proof/inclusion',
  summary: 'That an entry is in the log of a size; by default, of the newest checkpoint',
  middleware: [requires('auditor', 'admin')] as const,
  request: { query: z.strictObject({ index: place, size: place.optional() }) },
  responses: { 200: json(schemas.InclusionProof, 'the proof'), ...refusals(400, 401, 403, 404) },
});

const consistency = createRoute({
  method: 'get',
  path: '/log/proof/consistency',
  summary: 'That the log only grew from one size to another; by default, to the newest checkpoint',
  middleware: [requires('auditor', 'admin')] as const,
  request: { query: z.strictObject({ from: place, to: place.optional() }) },
  responses: { 200: json(schemas.ConsistencyProof, 'the proof'), ...refusals(400, 401, 403, 404) },
});

export function logProofRoutes(deps: AdminDeps) {
  return routeApp()
    .openapi(inclusion, async (c) => {
      const { index, size } = c.req.valid('query');
      const proof = await proveEntry(deps.readers, index, size);
      if (!proof.ok) throw refusal(proof.error);
      return c.json({ ...proof.value, proof: [...proof.value.proof] }, 200);
    })
    .openapi(consistency, async (c) => {
      const { from, to } = c.req.valid('query');
      const proof = await proveGrowth(deps.readers, from, to);
      if (!proof.ok) throw refusal(proof.error);
      return c.json({ ...proof.value, proof: [...proof.value.proof] }, 200);
    });
}

function refusal({ message }: NoProof): Refusal {
  return new Refusal(404, 'not_found', message);
}
