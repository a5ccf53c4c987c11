// The ceremony by which old entries leave the database: copied, read back and verified, recorded, and only then deleted. Each
// step may be repeated: an interrupted one is finished by asking for the same again.
import {
  canonicalJson,
  type Digest,
  type EntryDraft,
  type EntryHeader,
  type KeyManifest,
  type LogReport,
  parseEntry,
  TILE_WIDTH,
} from '@countersign/audit';
import type Database from 'better-sqlite3';
import { activePolicy } from '../continuation/opening.ts';
import { operatorName } from '../operator.ts';
import type { PayloadPlace } from '../store/payload/place.ts';
import type { Store } from '../store/store.ts';
import type { CommitRequest } from '../store/types.ts';
import { ArchiveError } from './archive-error.ts';
import type { ArchivePlan } from './plan.ts';
import { type Archive, openArchive } from './read.ts';
import { verifyArchive } from './verify.ts';
import { isCopyOf, writeCopy } from './write.ts';

export type ArchiveStep = 'copied' | 'verified' | 'recorded' | 'dropped' | 'done';

export interface ArchiveDeps {
  readonly store: Store;
  /** Reads only, beside the writer. */
  readonly db: Database.Database;
  /** The keys by which the checkpoint in the copy must be signed. */
  readonly vkeys: readonly string[];
  readonly keyManifest: KeyManifest | undefined;
  /** The newest key manifest as a note. */
  readonly keys: string | null;
  readonly place: PayloadPlace;
  readonly onProgress?: (line: string) => void;
  /** Told after each step: a test ends the process there. */
  readonly onStep?: (step: ArchiveStep) => void;
}

/** Entries in one transaction: some megabytes. */
const DROPPED_AT_ONCE = 16 * TILE_WIDTH;

export interface Archived {
  readonly from: number;
  readonly to: number;
  readonly digest: Digest;
}

/** Entries that an archive was recorded of and that are not all deleted yet; null where there are none. */
export function unfinishedArchive(
  db: Database.Database,
): { readonly first: number; readonly to: number } | null {
  const { archived_to: to, first_call } = db
    .prepare<[], { archived_to: number; first_call: number }>('SELECT archived_to, first_call FROM log_head')
    .get() ?? { archived_to: 0, first_call: 0 };
  const first = db.prepare<[], number | null>('SELECT min(idx) FROM entries').pluck().get() ?? to;
  const call = db.prepare<[], number | null>('SELECT min(seq) FROM calls').pluck().get() ?? first_call;
  return first < to || call < first_call ? { first, to } : null;
}

/** Copies what the plan says to `folder`, and takes it out of the database. Throws an ArchiveError, with nothing deleted. */
export async function archiveEntries(
  deps: ArchiveDeps,
  plan: ArchivePlan,
  { folder, reason }: { readonly folder: string; readonly reason: string },
): Promise<Archived> {
  const { db, onProgress = () => undefined, onStep = () => undefined } = deps;
  const { origin, from, to, checkpoint } = plan;
  const copy = { origin, from, to, checkpoint, keys: deps.keys, place: deps.place };
  await writeCopy(db, folder, copy, (entries) => onProgress(`copied ${entries} of ${to - from} entries`));
  onStep('copied');
  const archive = await openArchive(folder);
  await requireSound(deps, archive);
  onStep('verified');
  await record(deps, plan, { archive, reason });
  onStep('recorded');
  await finishArchive(deps);
  return { from, to, digest: archive.digest };
}

async function requireSound(
  { db, vkeys, keyManifest, onProgress }: ArchiveDeps,
  archive: Archive,
): Promise<LogReport> {
  const report = await verifyArchive(archive, {
    vkeys,
    keyManifest,
    onProgress: ({ entries }) => onProgress?.(`verified the copy up to entry ${entries}`),
  });
  const { firstFailure } = report;
  if (firstFailure !== null)
    throw new ArchiveError(`the copy does not verify, so nothing was deleted: ${firstFailure.message}`);
  if (!(await isCopyOf(db, archive)))
    throw new ArchiveError('the copy is of other entries than those in the database, so nothing was deleted');
  return report;
}

/** The entry, what it rests on, and the watermark: in one transaction. */
async function record(
  { store, db }: ArchiveDeps,
  plan: ArchivePlan,
  { archive, reason }: { readonly archive: Archive; readonly reason: string },
): Promise<void> {
  const { from, to, checkpoint } = plan;
  const { digest, folder, manifest } = archive;
  const details = {
    archive: canonicalJson({
      folder,
      from,
      to,
      size: manifest.size,
      checkpoint: manifest.checkpoint,
      heldBy: checkpoint.heldBy,
      reason,
    }),
    actor: canonicalJson({ user: operatorName(), via: 'cli' }),
  };
  const body = { from, to, size: manifest.size, archive: digest };
  await commit(store, {
    entries: [
      ...saidAgain(db, to),
      { ...UNATTACHED, kind: 'log.pruned', body, details },
      ...policyAgain(db, to),
    ],
    pruning: { archivedTo: to },
  });
  await store.signNow();
}

const UNATTACHED = { call: null, agent: null, chain: null } as const;

/** Earlier archives whose own entries go with this one: the log must go on to name them. */
function saidAgain(db: Database.Database, to: number): readonly EntryDraft[] {
  const said = prunedEntries(db);
  const kept = said.filter(({ index }) => index >= to);
  const isSaid = (one: EntryHeader<'log.pruned'>): boolean =>
    kept.some(({ body }) => body.from === one.body.from && body.to === one.body.to);
  return said
    .filter((one) => one.index < to && !isSaid(one))
    .map(({ body }) => ({ ...UNATTACHED, kind: 'log.pruned', body, details: {} }));
}

/** Decisions from here on name the policy set in force by its digest: what is left of the log must say what that is. */
function policyAgain(db: Database.Database, to: number): readonly EntryDraft[] {
  const last = db
    .prepare<[], number | null>("SELECT max(idx) FROM entry_kinds WHERE kind = 'policy.activated'")
    .pluck()
    .get();
  return last === null || last === undefined || last >= to ? [] : activePolicy(db);
}

/** All of them, ascending. */
function prunedEntries(db: Database.Database): readonly EntryHeader<'log.pruned'>[] {
  return db
    .prepare<[], Uint8Array>(
      "SELECT header FROM entries JOIN entry_kinds USING (idx) WHERE kind = 'log.pruned' ORDER BY entry_kinds.idx",
    )
    .pluck()
    .all()
    .flatMap((header) => {
      const parsed = parseEntry(header);
      return parsed.ok && parsed.value.kind === 'log.pruned' ? [parsed.value] : [];
    });
}

/** Deletes what is recorded as archived, and gives the space back. May be repeated. */
export async function finishArchive({
  store,
  db,
  onProgress = () => undefined,
  onStep = () => undefined,
}: Pick<ArchiveDeps, 'store' | 'db' | 'onProgress' | 'onStep'>): Promise<void> {
  for (let left = unfinishedArchive(db); left !== null; left = unfinishedArchive(db)) {
    onProgress(`deleting entries from ${left.first} up to ${left.to}`);
    await commit(store, { entries: [], pruning: { drop: DROPPED_AT_ONCE } });
    onStep('dropped');
  }
  await commit(store, { entries: [], payloads: [{ scrub: true }] });
  onStep('done');
}

async function commit(store: Store, request: CommitRequest): Promise<void> {
  const result = await store.commit(request);
  if (result.ok) return;
  throw new ArchiveError(
    `the log cannot be written: ${result.code === 'precondition_failed' ? 'it changed meanwhile' : result.message}`,
  );
}

/** The archive in `folder`, if the log recorded it: what was begun may be finished only while the copy is there. */
export async function recordedArchive(
  { db, vkeys, keyManifest }: Pick<ArchiveDeps, 'db' | 'vkeys' | 'keyManifest'>,
  folder: string,
  to: number,
): Promise<Archived> {
  const said = prunedEntries(db).findLast(({ body }) => body.to === to);
  const archive = await openArchive(folder);
  if (said === undefined || said.body.archive !== archive.digest)
    throw new ArchiveError(
      `entries before ${to} are recorded as archived and not all deleted, and \`${folder}\` is not that archive: name it with \`--to\``,
    );
  const { firstFailure } = await verifyArchive(archive, { vkeys, keyManifest });
  if (firstFailure !== null)
    throw new ArchiveError(
      `the archive does not verify, so nothing more was deleted: ${firstFailure.message}`,
    );
  return { from: said.body.from, to, digest: archive.digest };
}
