// Taking entries away: proof bundles and other formats, streamed. Each export is recorded before its first byte leaves.
import { createRoute, z } from '@hono/zod-openapi';
import { type AskedExport, ExportsBusy } from '../../bundles/desk.ts';
import type { StartedExport } from '../../bundles/types.ts';
import { ExportError } from '../../exports/types.ts';
import type { AdminDeps } from '../deps.ts';
import { requires, type Standing } from '../principal.ts';
import { Refusal, refusals } from '../refusal.ts';
import { ExportRequest } from '../schemas/exports.ts';
import { noQuery, routeApp } from './common.ts';

const start = createRoute({
  method: 'post',
  path: '/exports',
  summary: 'Export entries, recorded as `log.exported` before the first byte',
  description:
    'Answers with the file. `Countersign-Export` names the export, `Countersign-Entry` the entry that records it, ' +
    '`Countersign-Entries` and `Countersign-Disclosed` say how much is in it, `Countersign-Untold` of how many calls ' +
    'nobody can tell any more whether they were asked for, `Repr-Digest` (RFC 9530) what its bytes hash to. ' +
    'A body that ends early was cut off: what is exported changed meanwhile.',
  middleware: [noQuery, requires('auditor', 'admin')] as const,
  request: { body: { required: true, content: { 'application/json': { schema: ExportRequest } } } },
  responses: {
    200: {
      description: 'the file, of the format’s own media type',
      content: { 'application/octet-stream': { schema: z.string() } },
    },
    ...refusals(400, 401, 403, 409, 413),
  },
});

export function exportRoutes(deps: AdminDeps) {
  return routeApp().openapi(start, async (c) => {
    const { user, uid } = c.get('principal');
    const { signal } = c.req.raw;
    const made = await deps.exports
      .start(asked(c.req.valid('json')), { user, uid, via: 'api' }, signal)
      .catch((error: unknown) => {
        if (error instanceof ExportsBusy) throw new Refusal(409, 'busy', error.message);
        if (error instanceof ExportError) throw new Refusal(400, 'not_exported', error.message);
        throw error;
      });
    return c.body(
      streamOf(made, { standing: c.get('principal').standing, signal }, deps),
      200,
      headersOf(made),
    );
  });
}

function asked({
  format,
  from,
  to,
  disclose,
  withhold,
  since,
  reason,
  ...query
}: z.infer<typeof ExportRequest>): AskedExport {
  const place = (given: number | string | undefined): number | Date | undefined =>
    typeof given === 'string' ? new Date(given) : given;
  return {
    format: format ?? 'bundle',
    query: { ...query, from: place(from), to: place(to) },
    disclose: disclose ?? null,
    withhold: withhold ?? [],
    since: since ?? [],
    reason: reason ?? null,
  };
}

function headersOf(made: StartedExport) {
  const { id, recordedAt, entries, disclosed, untold, digest, mediaType, extension } = made;
  return {
    'Content-Type': mediaType,
    'Content-Disposition': `attachment; filename="${id}.${extension}"`,
    'Countersign-Export': id,
    'Countersign-Entry': String(recordedAt),
    'Countersign-Entries': String(entries),
    'Countersign-Disclosed': String(disclosed),
    'Countersign-Untold': String(untold),
    'Repr-Digest': `sha-256=:${Buffer.from(digest, 'hex').toString('base64')}:`,
  };
}

/** It breaks off where whoever takes it has lost their access meanwhile. */
function streamOf(
  { pieces }: StartedExport,
  { standing, signal }: { readonly standing: Standing; readonly signal: AbortSignal },
  { report }: AdminDeps,
): ReadableStream<Uint8Array> {
  const iterator = pieces[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { value, done } = await iterator.next();
        if (!(await standing.isGood())) {
          await iterator.return?.();
          controller.error(new Error('whoever takes this is not let in any more'));
          return;
        }
        if (done === true) controller.close();
        else controller.enqueue(encoder.encode(value));
      } catch (error) {
        // Whoever went away hears of nothing, and nothing is wrong with that.
        if (!signal.aborted) report(error);
        controller.error(error);
      }
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}
