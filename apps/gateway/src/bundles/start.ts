// Starts an export: plans it, writes it once to know what it is, records it with its digest, and only then hands it out.
// No byte leaves before `log.exported` is durable, and none that is not what was recorded (A4 for what is taken away).
import { createHash } from 'node:crypto';
import {
  type EntryDraft,
  type EntryHeader,
  type Id,
  newId,
  parseEntry,
  proveInclusion,
  toDigest,
} from '@countersign/audit';
import { asDigest } from '../digest.ts';
import { EXPORT_FORMATS } from '../exports/formats.ts';
import { ExportError } from '../exports/types.ts';
import { VERSION } from '../version.ts';
import { anchorsOf } from './anchors.ts';
import { writeBundle } from './bundle.ts';
import { type Disclosure, disclosureOf } from './disclosure.ts';
import { plannedEntries } from './entries.ts';
import { headerAt } from './headers.ts';
import { type ExportPlan, planExport } from './plan.ts';
import type { ReadRare } from './rare.ts';
import { untoldText } from './select.ts';
import type { ExportActor, ExportDeps, ExportRequest, StartedExport } from './types.ts';

type Write = () => AsyncIterable<string>;

/**
 * Throws an ExportError for what cannot be exported; its message says what to do.
 *
 * @param signal nobody waits for it any more: then nothing is recorded, and its reason is thrown.
 */
export async function startExport(
  request: ExportRequest,
  actor: ExportActor,
  deps: ExportDeps,
  readRare: ReadRare,
  signal: AbortSignal,
): Promise<StartedExport> {
  const { readers } = deps;
  const { origin } = await readers.log.head();
  const made = deps.now();
  const checkpoint = await deps.signNow();
  // A bundle states what was selected, in words that verifiers know.
  if (request.format === 'bundle' && request.query.calls !== undefined)
    throw new ExportError(
      'a bundle is of a chain, an agent, a policy or an outcome: name those, or choose another format',
    );
  const plan = await planExport(request.query, checkpoint, readers, readRare, deps.onProgress);
  const disclosure = disclosureOf(request);
  const id = newId('exp');
  const format = await formatOf(request, { id, origin, made, plan, disclosure, deps });
  const disclosed = await countDisclosed(plan, disclosure, deps);
  const { digest, bytes } = await measured(format.write());
  signal.throwIfAborted();
  const recordedAt = await record({ id, request, actor, plan, disclosed, digest, made, deps });
  return {
    id,
    format: request.format,
    mediaType: format.mediaType,
    extension: format.extension,
    recordedAt,
    entries: plan.entries,
    disclosed,
    untold: plan.untold,
    digest,
    bytes,
    pieces: asRecorded(format.write, digest),
  };
}

interface Making {
  readonly id: Id<'exp'>;
  readonly origin: string;
  readonly made: number;
  readonly plan: ExportPlan;
  readonly disclosure: Disclosure;
  readonly deps: ExportDeps;
}

async function formatOf(
  request: ExportRequest,
  { id, origin, made, plan, disclosure, deps }: Making,
): Promise<{ readonly mediaType: string; readonly extension: string; readonly write: Write }> {
  const { readers } = deps;
  const { checkpoint } = plan;
  if (request.format === 'bundle') {
    const anchors = await anchorsOf(checkpoint.size, readers);
    const keys = (await readers.keys.manifest())?.note ?? null;
    const source = { id, origin, made, plan, disclosure, anchors, keys, request, readers };
    return {
      mediaType: 'application/x-ndjson; charset=utf-8',
      extension: 'bundle.jsonl',
      write: () => writeBundle(source),
    };
  }
  const format = EXPORT_FORMATS.get(request.format);
  if (format === undefined) {
    const known = ['bundle', ...EXPORT_FORMATS.keys()].join(', ');
    throw new ExportError(`there is no format \`${request.format}\`: choose one of ${known}`);
  }
  if (format.isSigned && deps.signer === null)
    throw new ExportError(`the format \`${request.format}\` is signed, and no key for that is at hand here`);
  const context = {
    origin,
    version: VERSION,
    exportedAt: made,
    query: inWords(request),
    untold: plan.untold === 0 ? null : untoldText(plan.untold),
    checkpoint: { size: checkpoint.size, root: asDigest(checkpoint.root), note: checkpoint.note },
    signer: deps.signer,
    headerAt: async (index: number): Promise<EntryHeader | null> => {
      const header = await headerAt(readers, index);
      const parsed = header === null ? null : parseEntry(header);
      return parsed?.ok === true ? parsed.value : null;
    },
    inclusion: async (index: number) =>
      (await proveInclusion(index, checkpoint.size, readers.tree.node)).map(toDigest),
  };
  return {
    mediaType: format.mediaType,
    extension: format.extension,
    write: () => format.write(plannedEntries(plan, disclosure, readers), context),
  };
}

async function countDisclosed(
  plan: ExportPlan,
  disclosure: Disclosure,
  { readers }: ExportDeps,
): Promise<number> {
  let disclosed = 0;
  for await (const entry of plannedEntries(plan, disclosure, readers)) disclosed += entry.disclosed.length;
  return disclosed;
}

async function measured(
  pieces: AsyncIterable<string>,
): Promise<{ readonly digest: string; readonly bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of pieces) {
    hash.update(piece, 'utf8');
    bytes += Buffer.byteLength(piece, 'utf8');
  }
  return { digest: hash.digest('hex'), bytes };
}

/** Holds the last piece back until everything is known to be what was recorded: an erasure may have come in between. */
async function* asRecorded(write: Write, digest: string): AsyncGenerator<string, void> {
  const hash = createHash('sha256');
  let held: string | null = null;
  for await (const piece of write()) {
    if (held !== null) yield held;
    hash.update(piece, 'utf8');
    held = piece;
  }
  if (hash.digest('hex') !== digest)
    throw new ExportError(
      'what is exported changed while it was written, perhaps by an erasure: export it again',
    );
  if (held !== null) yield held;
}

async function record({
  id,
  request,
  actor,
  plan,
  disclosed,
  digest,
  made,
  deps,
}: {
  readonly id: Id<'exp'>;
  readonly request: ExportRequest;
  readonly actor: ExportActor;
  readonly plan: ExportPlan;
  readonly disclosed: number;
  readonly digest: string;
  readonly made: number;
  readonly deps: ExportDeps;
}): Promise<number> {
  const { query, disclose, withhold, reason, format } = request;
  const { from, to, entries, untold } = plan;
  // Most formats have no place for what is about the file: whoever has one finds its record by its digest.
  const asked = JSON.stringify({ ...query, disclose, withhold, ...(untold === 0 ? {} : { untold }) });
  const entry: EntryDraft<'log.exported'> = {
    kind: 'log.exported',
    call: null,
    agent: null,
    chain: null,
    body: {
      export: id,
      format,
      from,
      to,
      count: entries,
      disclosed,
      digest: asDigest(digest),
      user: actor.uid,
    },
    details: {
      query: asked,
      ...(reason === null ? {} : { reason }),
      actor: JSON.stringify({ name: actor.user, via: actor.via }),
    },
  };
  const row = {
    id,
    format,
    query: asked,
    from_index: from,
    to_index: to,
    disclosed,
    digest,
    actor: actor.user,
    exported_at: made,
  };
  const result = await deps.writer.commit({ entries: [entry], changes: [{ insert: 'exports', row }] });
  const receipt = result.ok ? result.receipts[0] : undefined;
  if (receipt === undefined) {
    const why = result.ok ? 'no receipt came' : 'message' in result ? result.message : result.code;
    throw new ExportError(`the export could not be recorded, so nothing was handed out: ${why}`);
  }
  return receipt.index;
}

/** What was asked for, for people. */
function inWords({ query }: ExportRequest): string {
  const parts = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} ${value}`],
  );
  return parts.length === 0 ? 'the whole log' : parts.join(', ');
}
