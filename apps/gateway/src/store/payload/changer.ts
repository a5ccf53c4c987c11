// Carries out what a commit does to the values beside the log: destroys details, seals anew what is left, retires keys.
// Runs inside the writer's transaction; keys are destroyed only once that is durable (DESIGN section 9).
import { type Detail, type EntryHeader, parseEntry } from '@countersign/audit';
import type Database from 'better-sqlite3';
import { eraseCalls, INDEXED_DETAILS } from '../../search/erase.ts';
import { StoreError } from '../store-error.ts';
import type { PayloadChange } from '../types.ts';
import { createArchivedChanges } from './archived-changes.ts';
import { entryBinding } from './binding.ts';
import { seal, unseal } from './cipher.ts';
import { createForgetter } from './forget.ts';
import { frameDetails, readFrame } from './framing.ts';
import { agentHolder, holderLeft } from './holder-name.ts';
import type { DataKey, PayloadSealer } from './sealer.ts';
import type { KeyVault } from './vault.ts';
import { dataKeyOf, type KeyRow } from './wrapped.ts';

export interface PayloadChanger {
  apply(change: PayloadChange): void;
  /** What was asked for, to be done once the batch is durable. Nothing is left of it afterwards. */
  afterCommit(): void;
  rollback(): void;
}

interface Row {
  readonly key: number;
  readonly sealed: Uint8Array;
}

const DAY_US = 86_400_000_000;

export function createPayloadChanger(
  db: Database.Database,
  vault: KeyVault,
  sealer: PayloadSealer,
  origin: string,
): PayloadChanger {
  const boundTo = entryBinding(origin);
  const forget = createForgetter(db);
  const read = db.prepare<[number], Row>('SELECT key, sealed FROM payloads WHERE idx = ?');
  const headerAt = db.prepare<[number], Uint8Array>('SELECT header FROM entries WHERE idx = ?').pluck();
  const remove = db.prepare('DELETE FROM payloads WHERE idx = ?');
  const replace = db.prepare('UPDATE payloads SET key = ?, sealed = ? WHERE idx = ?');
  const isInUse = db.prepare<[number], number>('SELECT 1 FROM payloads WHERE key = ? LIMIT 1').pluck();
  const isDecision = db.prepare<[string, number], number>(
    'SELECT 1 FROM calls WHERE id = ? AND decided_index = ?',
  );
  const isOutcome = db.prepare<[string, number], number>(
    'SELECT 1 FROM calls WHERE id = ? AND ended_index = ?',
  );
  const archived = createArchivedChanges(db, forget, (archive, of) => ({
    changer: createPayloadChanger(archive, vault, sealer, of),
    flush: () => sealer.flush(),
    rollback: () => sealer.rollback(),
  }));
  let toDestroy: number[] = [];
  let isScrubDue = false;

  /** Null where its key was destroyed, or what is stored is not what was sealed: then it is as good as gone. */
  function opened(index: number, { key, sealed }: Row) {
    const row = vault.byId(key);
    const secret = row === null ? null : dataKeyOf(vault.payloadKey.secret, row);
    const frame = secret === null ? null : unseal(secret, boundTo(index), sealed);
    const details = frame === null ? null : readFrame(frame);
    return row === null || details === null ? null : { row, details };
  }

  function header(index: number): EntryHeader {
    const parsed = parseEntry(headerAt.get(index) ?? new Uint8Array());
    if (parsed.ok) return parsed.value;
    throw new StoreError('damaged', `entry ${index} is malformed: ${parsed.error.message}`);
  }

  function erase(index: number, names: readonly string[] | null, left: 'holder' | 'agent'): void {
    const stored = read.get(index);
    if (stored === undefined) return;
    const entry = header(index);
    const open = names === null ? null : opened(index, stored);
    const kept = open?.details.filter(({ name }) => names?.includes(name) === false) ?? [];
    if (open === null || kept.length === 0) remove.run(index);
    else put(index, keyLeft(entry, kept, open.row, left), frameDetails(kept));
    eraseFromIndex(entry, open === null ? null : names);
    forget.entry(entry, open === null || names === null ? committedNames(entry) : names);
  }

  /** The one place that says under which key anything is sealed anew. */
  function keyLeft(
    entry: EntryHeader | null,
    kept: readonly Detail[],
    { holder, day }: KeyRow,
    left: 'holder' | 'agent',
  ): DataKey {
    const person = entry === null ? null : holderLeft(entry, kept);
    if (person !== null) return sealer.keyFor(person, day * DAY_US);
    if (left === 'holder') return sealer.keyOf(holder, day);
    return sealer.keyFor(agentHolder(entry?.agent ?? null), day * DAY_US);
  }

  function reseal(index: number): void {
    const stored = read.get(index);
    const open = stored === undefined ? null : opened(index, stored);
    if (open === null) return;
    // A header that was changed is no reason to leave what is not to go under a key that goes.
    const entry = parseEntry(headerAt.get(index) ?? new Uint8Array());
    const key = keyLeft(entry.ok ? entry.value : null, open.details, open.row, 'holder');
    put(index, key, frameDetails(open.details));
  }

  function eraseFromIndex(entry: EntryHeader, names: readonly string[] | null): void {
    if (entry.call === null) return;
    if (entry.kind === 'call.decided' && isDecision.get(entry.call, entry.index) !== undefined)
      eraseCalls(db, [entry.call], names ?? INDEXED_DETAILS);
    if (entry.kind === 'call.completed' && isOutcome.get(entry.call, entry.index) !== undefined)
      eraseCalls(
        db,
        [entry.call],
        (names ?? ['labels']).filter((name) => name === 'labels'),
      );
  }

  function put(index: number, { id, secret }: DataKey, frame: Uint8Array): void {
    replace.run(id, seal(secret, boundTo(index), frame), index);
  }

  return {
    apply(change) {
      if ('erase' in change) erase(change.erase, change.names, change.left);
      else if ('reseal' in change) reseal(change.reseal);
      else if ('retire' in change) sealer.retire(change.retire);
      else if ('archive' in change) archived.add(change.archive, change.changes);
      else if ('forgetPerson' in change) forget.person(change.forgetPerson, change.isHeld);
      else if ('destroy' in change) toDestroy.push(...change.destroy);
      else isScrubDue = true;
    },
    afterCommit() {
      archived.carryOut();
      const unused = toDestroy.filter((key) => isInUse.get(key) === undefined && !archived.isInUse(key));
      const scrub = isScrubDue;
      toDestroy = [];
      isScrubDue = false;
      if (unused.length > 0) sealer.destroy(unused);
      // WHY a rewrite of the whole file: SQLite overwrites what it deletes, but not the copies that moving rows between
      // pages left behind.
      if (scrub) db.exec('VACUUM');
      if (scrub || unused.length > 0) db.pragma('wal_checkpoint(TRUNCATE)');
    },
    rollback() {
      archived.drop();
      toDestroy = [];
      isScrubDue = false;
    },
  };
}

const committedNames = ({ commits }: EntryHeader): readonly string[] =>
  Object.entries(commits).flatMap(([name, commit]) => (commit === null ? [] : [name]));
