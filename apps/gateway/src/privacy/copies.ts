// Copies of what an erasure destroys, where it cannot reach them: exports that somebody took away, and sinks that were sent
// details in the clear, also those that are configured no more. Reviewers see them, and the record names them.
import { z } from 'zod';
import type { Readers } from '../store/readers.ts';
import type { Target } from './selection.ts';

export interface ExportCopy {
  readonly id: string;
  readonly format: string;
  readonly actor: string;
  readonly at: string;
  readonly disclosed: number;
}

export interface SinkCopy {
  readonly sink: string;
  readonly kind: string;
  /** Host and port, address or path. */
  readonly to: string;
  /** Those of the destroyed details that it was sent in the clear. */
  readonly details: readonly string[];
}

export interface Copies {
  readonly exports: readonly ExportCopy[];
  readonly sinks: readonly SinkCopy[];
}

export type CopyReaders = Pick<Readers, 'entries' | 'exports' | 'log' | 'sinks'>;

/** `targets` ascend by index. What a sink was sent is known by the configurations that the log has, of which none is lost. */
export async function copiesOf(targets: readonly Target[], readers: CopyReaders): Promise<Copies> {
  const [first, last] = [targets[0], targets.at(-1)];
  if (first === undefined || last === undefined) return { exports: [], sinks: [] };
  const exports = await readers.exports.overlapping(first.index, last.index + 1);
  return {
    exports: exports
      .filter(({ disclosed }) => disclosed > 0)
      .map(({ id, format, actor, exportedAt, disclosed }) => ({
        id,
        format,
        actor,
        at: new Date(exportedAt).toISOString(),
        disclosed,
      })),
    sinks: await sinksWith(targets, readers),
  };
}

const ConfiguredSinks = z.object({
  sinks: z.array(
    z.looseObject({
      name: z.string(),
      kind: z.string(),
      details: z.array(z.string()),
      host: z.string().optional(),
      port: z.int().optional(),
      url: z.string().optional(),
      path: z.string().optional(),
    }),
  ),
});

async function sinksWith(targets: readonly Target[], readers: CopyReaders): Promise<readonly SinkCopy[]> {
  const sent = new Map((await readers.sinks.positions()).map(({ name, next }) => [name, next]));
  const found = new Map<string, SinkCopy>();
  for (const { name, kind, details, ...at } of await everConfigured(readers)) {
    const next = sent.get(name) ?? 0;
    const names = new Set(targets.filter(({ index }) => index < next).flatMap((target) => target.names));
    const to = at.url ?? at.path ?? `${at.host ?? ''}:${at.port ?? ''}`;
    const id = JSON.stringify([name, kind, to]);
    const shown = new Set([...(found.get(id)?.details ?? []), ...details.filter((one) => names.has(one))]);
    if (shown.size > 0) found.set(id, { sink: name, kind, to, details: [...shown].sort() });
  }
  return [...found.values()];
}

const PAGE = 100;

/** Sinks of every configuration that the log was ever written under. */
async function everConfigured({ entries, log }: CopyReaders) {
  const all: z.output<typeof ConfiguredSinks>['sinks'] = [];
  let before = (await log.head()).size;
  for (;;) {
    const page = await entries.page({ kind: 'config.changed', from: 0 }, { limit: PAGE, before });
    for (const { header } of page.entries) {
      const stored = await log.entry(header.index);
      for (const { value } of stored?.details ?? []) {
        const config = ConfiguredSinks.safeParse(jsonOf(value));
        if (config.success) all.push(...config.data.sinks);
      }
    }
    if (page.next === null) return all;
    before = page.next;
  }
}

function jsonOf(value: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(value).toString('utf8'));
  } catch {
    return null;
  }
}
