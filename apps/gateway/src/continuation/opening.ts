// How the new log begins: with what is known of the one before, what is missing from it, the end of all that was open there,
// and the policy that goes on to be in force.
import {
  appendSubtree,
  canonicalJson,
  type CompactRange,
  EMPTY_RANGE,
  type EntryDraft,
  equalBytes,
  type Id,
  nodesOf,
  parseCheckpoint,
  parseEntry,
  perfectRoot,
  rangeRoot,
  sliceOfNode,
  toHex,
} from '@countersign/audit';
import type Database from 'better-sqlite3';
import { createTileRows } from '../store/sqlite/tree/tile-rows.ts';
import type { Journal } from './journal.ts';

const UNATTACHED = { agent: null, chain: null } as const;

export interface Opening {
  readonly continues: string;
  readonly entries: readonly EntryDraft[];
}

interface LiveApproval {
  readonly id: Id<'apr'>;
  readonly call: Id<'call'>;
  readonly state: 'pending' | 'approved';
}

/** `db` is the database of the log so far. */
export function openingOf(db: Database.Database, journal: Journal): Opening {
  const restored = headOf(db);
  const known = journal.known === null ? null : parseCheckpoint(journal.known);
  const newest = known?.ok === true ? known.value : null;
  const continues = canonicalJson({
    origin: journal.from,
    size: newest?.size ?? null,
    root: newest === null ? null : toHex(newest.root),
    note: journal.known,
    known: journal.knownFrom,
    restored,
    reason: journal.reason,
    user: journal.user,
  });
  const gap = newest === null ? null : gapOf(db, restored.size, newest);
  return {
    continues,
    entries: [
      ...(gap === null ? [] : [gapEntry(gap, journal)]),
      ...unknownCalls(db),
      ...closedApprovals(db),
      ...closedChanges(db),
      ...activePolicy(db),
    ],
  };
}

function headOf(db: Database.Database): { readonly size: number; readonly root: string } {
  const size = db.prepare<[], number>('SELECT size FROM log_head').pluck().get() ?? 0;
  return { size, root: toHex(rootAt(db, size)) };
}

function rootAt(db: Database.Database, size: number): Uint8Array {
  const rows = createTileRows(db);
  let range: CompactRange = EMPTY_RANGE;
  // By the tiles as far as they go: entries may be archived.
  for (const node of nodesOf({ from: 0, to: size })) {
    const hashes = rows.hashes(sliceOfNode(node));
    range = appendSubtree(range, node.level, perfectRoot(hashes));
  }
  return rangeRoot(range);
}

interface Gap {
  readonly from: number;
  readonly to: number;
  readonly why: string;
}

/** Entries that were signed and are not here. */
function gapOf(
  db: Database.Database,
  size: number,
  newest: { readonly size: number; readonly root: Uint8Array },
): Gap | null {
  const to = newest.size;
  if (size < to) return { from: size, to, why: 'they were signed, and were not in the database' };
  if (equalBytes(rootAt(db, to), newest.root)) return null;
  return {
    from: 0,
    to,
    why: 'other entries were signed than those in the database; which of them is not known',
  };
}

function gapEntry({ from, to, why }: Gap, { from: origin, reason, user }: Journal): EntryDraft<'log.gap'> {
  return {
    ...UNATTACHED,
    kind: 'log.gap',
    call: null,
    body: { reason: 'restored', from, to },
    details: {
      explanation: `entries of \`${origin}\`: ${why}; ${reason}`,
      actor: canonicalJson({ user, via: 'cli' }),
    },
  };
}

function unknownCalls(db: Database.Database): EntryDraft<'call.unknown'>[] {
  return db
    .prepare<[], { id: Id<'call'>; decided: number }>(
      "SELECT id, decided_index AS decided FROM calls WHERE state = 'open' ORDER BY decided_index",
    )
    .all()
    .map(({ id, decided }) => ({
      ...UNATTACHED,
      kind: 'call.unknown',
      call: id,
      body: { reason: 'unrecorded', decided },
      details: {},
    }));
}

/** Also grants that were not used: what allowed them is not in the new log. */
function closedApprovals(db: Database.Database): EntryDraft<'approval.closed'>[] {
  return db
    .prepare<[], LiveApproval>(
      "SELECT id, call, state FROM approvals WHERE state IN ('pending', 'approved') ORDER BY id",
    )
    .all()
    .map(({ id, call, state }) => ({
      ...UNATTACHED,
      kind: 'approval.closed',
      call,
      body: { approval: id, state: 'withdrawn', previous: state, user: null },
      details: { reason: CLOSED_BECAUSE },
    }));
}

function closedChanges(db: Database.Database): EntryDraft<'change.closed'>[] {
  return db
    .prepare<[], Id<'chg'>>("SELECT id FROM changes WHERE state = 'pending' ORDER BY id")
    .pluck()
    .all()
    .map((change) => ({
      ...UNATTACHED,
      kind: 'change.closed',
      call: null,
      body: { change, state: 'withdrawn' },
      details: { reason: CLOSED_BECAUSE },
    }));
}

interface ActiveSet {
  readonly sources: string;
  readonly author: string;
  readonly diff: string;
  readonly broken: string;
}

/** Decisions in the new log name the set by its digest: the log itself must say what that is. */
export function activePolicy(db: Database.Database): EntryDraft<'policy.activated'>[] {
  const headers = db
    .prepare<[], Uint8Array>(
      `SELECT header FROM entries WHERE instr(header, '"kind":"policy.activated"') > 0 ORDER BY idx DESC LIMIT 1`,
    )
    .pluck();
  const header = headers.get();
  const entry = header === undefined ? null : parseEntry(header);
  if (entry?.ok !== true || entry.value.kind !== 'policy.activated') return [];
  const { body } = entry.value;
  const active = db
    .prepare<[string], ActiveSet>(
      `SELECT sets.sources, versions.author, versions.diff, versions.broken FROM policy_sets AS sets
       JOIN policy_versions AS versions USING (digest) WHERE sets.active = 1 AND digest = ? ORDER BY version DESC LIMIT 1`,
    )
    .get(body.set);
  if (active === undefined) return [];
  const { sources, author, diff, broken } = active;
  return [
    {
      ...UNATTACHED,
      kind: 'policy.activated',
      call: null,
      body: { ...body, previous: null },
      details: { sources, author: JSON.stringify({ name: author }), diff, broken },
    },
  ];
}

/** What people read who waited for something. */
export const CLOSED_BECAUSE = 'the log goes on under another name: ask again';
