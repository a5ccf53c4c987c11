// Recorded decisions as far back as they are asked for, also those that were moved to archives: a replay that began at the cut
// without a word would pass for one of all that was asked for.
import { parseEntry, TILE_WIDTH } from '@countersign/audit';
import type { RecordedDecision } from '@countersign/policy';
import { ArchiveError } from '../archive/archive-error.ts';
import { firstMovedSince, type MovedEntries, movedEntries, unreachedText } from '../archive/moved.ts';
import { openArchive } from '../archive/read.ts';
import { openRecorded } from '../archive/recorded.ts';
import { isDecided, recordedDecision, redeemedApproval, replayedTexts } from '../store/recorded-decision.ts';
import type { DecisionBatch, DecisionWindow } from '../store/readers/decisions.ts';
import type { Readers } from '../store/readers.ts';
import type { Covered, Window } from './types.ts';

/** A stretch of the log, and where its first entries are. Plain data: it crosses to threads by copy. */
export interface History extends DecisionWindow {
  /** When its first entry was recorded, milliseconds since the epoch; null where it has none. */
  readonly since: number | null;
  /** Entries before it are in archives. */
  readonly cut: number;
  /** Those that hold what comes before the cut, as the log recorded them. */
  readonly archives: readonly { readonly folder: string; readonly digest: string }[];
}

/** Throws an ArchiveError where a part of what is asked for cannot be looked into. */
export async function historyOf(
  window: Window,
  readers: Pick<Readers, 'decisions' | 'entries' | 'log'>,
): Promise<History> {
  const { decisions, log } = readers;
  const cut = await log.archivedTo();
  const latest = 'last' in window ? await decisions.last(window.last) : null;
  const { from, to } = latest ?? (await decisions.since('since' in window ? window.since : 0));
  const timeAt = async (index: number, moved?: MovedEntries): Promise<number | null> =>
    timeIn(await (moved === undefined || index >= cut ? log.entry(index) : moved.header(index)));
  // Where the first entry that is left is not the answer, none before is.
  const isBehind = latest === null ? cut > 0 && from <= cut : latest.archived > 0;
  if (!isBehind) return { from, to, cut, archives: [], since: await timeAt(from) };
  const moved = movedEntries(cut, await openRecorded(readers));
  const first =
    latest === null
      ? await firstMovedSince(moved, 'since' in window ? window.since : 0)
      : await firstOfLatest(moved, latest.archived);
  const archives = moved.archives
    .filter(({ manifest }) => first < manifest.to)
    .map(({ folder, digest }) => ({ folder, digest }));
  return { from: first, to, cut, archives, since: await timeAt(first, moved) };
}

/** @param left entries that were not come to. */
export function coveredOf({ from, to, cut, since }: History, left: number): Covered {
  return { since, entries: to - from, archived: Math.max(0, Math.min(to, cut) - from), left };
}

/** The decisions of a part of it in log order, in batches. Throws an ArchiveError where an archive is not what was recorded. */
export async function* decisionsOf(
  { from, to, cut, archives }: Omit<History, 'since'>,
  { decisions }: Pick<Readers, 'decisions'>,
): AsyncGenerator<DecisionBatch, void> {
  const end = Math.min(to, cut);
  if (from < end) {
    const opened = await Promise.all(archives.map(openNamed));
    const moved = movedEntries(cut, { archives: opened, unreached: [] });
    for (let next = from; next < end; ) {
      const first = next;
      next = Math.min(end, first - (first % TILE_WIDTH) + TILE_WIDTH);
      yield { decisions: await movedDecisions(moved, { from: first, to: next }, decisions), next };
    }
  }
  yield* decisions.decisions({ from: Math.max(from, end), to });
}

async function openNamed({ folder, digest }: History['archives'][number]) {
  const archive = await openArchive(folder);
  if (archive.digest !== digest) throw new ArchiveError(`\`${folder}\` is not the archive that was recorded`);
  return archive;
}

async function movedDecisions(
  moved: MovedEntries,
  { from, to }: DecisionWindow,
  { guards }: Pick<Readers['decisions'], 'guards'>,
): Promise<readonly RecordedDecision[]> {
  const found: RecordedDecision[] = [];
  for (let index = from; index < to; index += 1) {
    const decided = await decidedAt(moved, index);
    if (decided === null) continue;
    const texts = replayedTexts((await moved.entry(index)) ?? { details: [] });
    const approval = redeemedApproval(decided);
    found.push(recordedDecision(decided, texts, approval === null ? [] : await guards(approval)));
  }
  return found;
}

/** The decision of the first of the latest so many archived calls; that of the first of all where there are fewer. */
async function firstOfLatest(moved: MovedEntries, calls: number): Promise<number> {
  const { from, to, unreached } = moved;
  let [left, first] = [calls, to];
  for (let index = to - 1; index >= from; index -= 1) {
    if ((await decidedAt(moved, index))?.body.round !== 1) continue;
    [left, first] = [left - 1, index];
    if (left === 0) return first;
  }
  if (from === 0) return first;
  throw new ArchiveError(
    `some of these calls may be in an archive that cannot be looked into: ${unreachedText(unreached)}`,
  );
}

/** The header of an archived decision; null for an entry that is none. */
async function decidedAt({ header }: MovedEntries, index: number) {
  const stored = await header(index);
  if (stored === null) throw new ArchiveError(`archived entry ${index} is not there`);
  if (!isDecided(stored.header)) return null;
  const parsed = parseEntry(stored.header);
  if (!parsed.ok) throw new ArchiveError(`archived entry ${index} is malformed; run \`countersign verify\``);
  return parsed.value.kind === 'call.decided' ? parsed.value : null;
}

function timeIn(stored: { readonly header: Uint8Array } | null): number | null {
  const parsed = stored === null ? null : parseEntry(stored.header);
  return parsed?.ok === true ? Math.floor(parsed.value.time / 1000) : null;
}

/** Why nothing was decided again, for people: `why` an archive is out of reach. */
export const outOfReachText = (why: string): string =>
  `what is asked for reaches into an archive that cannot be looked into, so nothing was decided again: ${why}; put it back there as it was`;

/** The same, and from when on no archive is needed. */
export async function outOfReach(why: string, { log }: Pick<Readers, 'log'>): Promise<ArchiveError> {
  const first = timeIn(await log.entry(await log.archivedTo()));
  const nearer =
    first === null ? '' : `, or look back no further than to ${new Date(first + 1).toISOString()}`;
  return new ArchiveError(`${outOfReachText(why)}${nearer}`);
}
