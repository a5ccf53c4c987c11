// That the entries of a call are in the log, as the newest checkpoint signs it: all proofs of one call in one answer.
import { createRoute, z } from '@hono/zod-openapi';
import { type EntryProof, proveEntry } from '../../proofs/log-proofs.ts';
import { entriesOfCall } from '../call-entries.ts';
import type { AdminDeps } from '../deps.ts';
import { requires } from '../principal.ts';
import { notFoundOrArchived, refusals } from '../refusal.ts';
import { CallProofs } from '../schemas/calls.ts';
import { json, noQuery, pathName, routeApp } from './common.ts';

const show = createRoute({
  method: 'get',
  path: '/{id}/proofs',
  summary: 'That each entry of a call is in the log of the newest checkpoint',
  middleware: [noQuery, requires('auditor', 'admin')] as const,
  request: { params: z.object({ id: pathName('id') }) },
  responses: { 200: json(CallProofs, 'the proofs'), ...refusals(400, 401, 403, 404) },
});

export function callProofRoutes(deps: AdminDeps) {
  return routeApp().openapi(show, async (c) => {
    const { id } = c.req.valid('param');
    const call = await deps.readers.calls.get(id);
    if (call === null) throw notFoundOrArchived('call', id, await deps.readers.log.archivedTo());
    const newest = await deps.readers.log.latestCheckpoint();
    const size = newest?.size ?? 0;
    const proofs: EntryProof[] = [];
    const uncovered: number[] = [];
    for (const { index } of await entriesOfCall(deps.readers, id)) {
      const proof = index < size ? await proveEntry(deps.readers, index, size) : null;
      if (proof?.ok === true) proofs.push(proof.value);
      else uncovered.push(index);
    }
    return c.json(
      {
        size,
        checkpoint: newest?.note ?? null,
        proofs: proofs.map((each) => ({ ...each, proof: [...each.proof] })),
        uncovered,
      },
      200,
    );
  });
}
