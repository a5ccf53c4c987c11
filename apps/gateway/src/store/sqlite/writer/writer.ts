// The one writer of a log: applies batches of commit requests, each in a savepoint of its own, all in one transaction
// that is on disk before anything is acknowledged (DESIGN sections 2 and 9; audit-log.md 2.4 and 2.9).
import { appendLeaf, type CompactRange, type EntryDraft, type Id, toDigest } from '@countersign/audit';
import type Database from 'better-sqlite3';
import { sealedChange } from '../../payload/cells.ts';
import type { PayloadChanger } from '../../payload/changer.ts';
import type { PayloadSealer } from '../../payload/sealer.ts';
import { placeChange } from '../../call-changes.ts';
import { StoreError } from '../../store-error.ts';
import type { EntryReceipt } from '../../types.ts';
import type { Aside } from './aside.ts';
import { createAppender, type Tail } from './append.ts';
import { createChangeApplier } from './changes.ts';
import { readColumns } from './columns.ts';
import { faultOf, messageOf } from '../faults.ts';
import { createHeadKeeper, emptyHead, loadHead, type LogHead } from './head.ts';
import type { BatchOutcome, CommitOutcome, LogOpening, PendingCommit } from '../requests/requests.ts';
import { prepareEntry } from '../requests/prepare-entry.ts';
import { createPruner } from './prune.ts';
import { createTileKeeper, fillTiles } from '../tree/tiles.ts';

export interface Writer {
  readonly head: LogHead;
  /** How long the last COMMIT took, in milliseconds: mostly the disk's part of a batch. */
  readonly commitMs: number;
  /** Applies a batch. Never throws; after a `fatal` failure the writer must not be used again. */
  apply(batch: readonly PendingCommit[]): BatchOutcome;
  /** Writes, without changing anything: null, or why the log cannot be written. */
  probe(): BatchOutcome['failure'];
}

export interface WriterOptions {
  readonly origin: string;
  readonly node: Id<'node'>;
  /** Wall clock at the start, in microseconds since the epoch. */
  readonly time: number;
  /** How the log begins where it continues another. */
  readonly opening?: LogOpening | null;
  readonly payloads: PayloadSealer;
  readonly payloadChanges: PayloadChanger;
  /** Packs the index of calls in another thread; left out: the writer does. */
  readonly pack?: Aside['pack'];
}

interface Applied {
  readonly outcome: CommitOutcome;
  readonly tail: Tail;
  readonly leaves: readonly Uint8Array[];
}

const tailOf = ({ size, lastLeaf, lastTime }: LogHead): Tail => ({
  index: size - 1,
  leaf: lastLeaf,
  digest: toDigest(lastLeaf),
  time: lastTime,
});

/** Continues the log in `db`, or begins it with `log.opened`. Throws a StoreError for a log that contradicts itself. */
export function createWriter(db: Database.Database, options: WriterOptions): Writer {
  const changes = createChangeApplier(db, readColumns(db), options.pack);
  const appender = createAppender(db, options.origin, options.node, options.payloads);
  const keeper = createHeadKeeper(db);
  const tiles = createTileKeeper(db);
  const pruner = createPruner(db);
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  const savepoint = db.prepare('SAVEPOINT request');
  const release = db.prepare('RELEASE request');
  const rollbackRequest = db.prepare('ROLLBACK TO request');

  const touch = db.transaction(() => db.prepare('UPDATE log_head SET size = size').run());

  let head = loadHead(db, options.origin) ?? openLog();
  let commitMs = 0;
  fillTiles(db, head.range);

  /** Begins the log; one that continues another closes what was open there in the same transaction. */
  function openLog(): LogHead {
    const { opening = null } = options;
    const opened: EntryDraft<'log.opened'> = {
      kind: 'log.opened',
      call: null,
      agent: null,
      chain: null,
      body: {},
      details:
        opening === null
          ? { origin: options.origin }
          : { origin: options.origin, continues: opening.continues },
    };
    const empty = emptyHead(options.origin);
    return db
      .transaction(() => {
        let tail = tailOf(empty);
        let { range } = empty;
        for (const draft of [opened, ...(opening?.entries ?? [])]) {
          const appended = appender.seal(prepareEntry(draft), tail, options.time);
          appender.store(appended);
          changes.noteKind(appended.prepared.kind, appended.tail.index);
          ({ tail } = appended);
          range = appendLeaf(range, appended.leaf);
        }
        appender.chains.keep();
        appender.chains.flush();
        const begun = { size: range.size, lastLeaf: tail.leaf, lastTime: tail.time, range };
        keeper.create(options.origin, begun);
        options.payloads.flush();
        return begun;
      })
      .immediate();
  }

  function applyOne(pending: PendingCommit, start: Tail): Applied {
    const unchanged = (outcome: CommitOutcome): Applied => ({ outcome, tail: start, leaves: [] });
    const { id, time, request } = pending;
    const { preconditions = [], changes: rows = [], payloads = [] } = request;
    // WHY not for all: SQLite copies every page that is changed within a savepoint. Of a request that has only entries
    // nothing is written before all of it is known to fit.
    const isUndoable = rows.length > 0 || payloads.length > 0 || request.pruning !== undefined;
    let isAppending = false;
    if (isUndoable) savepoint.run();
    try {
      const failed = preconditions.findIndex((precondition) => !changes.holds(precondition));
      if (failed >= 0) {
        if (isUndoable) release.run();
        const result = { ok: false, code: 'precondition_failed', precondition: failed } as const;
        return unchanged({ id, result, headers: [] });
      }
      for (const change of rows) changes.apply(sealedChange(change, options.payloads.sealCell));
      if (payloads.length > 0 || request.pruning !== undefined) changes.undone();
      for (const change of payloads) options.payloadChanges.apply(change);
      if (request.pruning !== undefined) pruner.apply(request.pruning);

      let tail = start;
      const appended = (pending.prepared ?? request.entries.map(prepareEntry)).map((prepared) => {
        const one = appender.seal(prepared, tail, time);
        ({ tail } = one);
        return one;
      });
      isAppending = true;
      for (const one of appended) {
        const { prepared, tail: place } = one;
        appender.store(one);
        changes.noteKind(prepared.kind, place.index);
        for (const change of prepared.calls) changes.applyToCalls(placeChange(change, place));
      }
      appender.chains.keep();
      if (isUndoable) release.run();
      const receipts = appended.map(({ tail: { index, digest, time: at } }): EntryReceipt => {
        return { index, leaf: digest, time: at };
      });
      const headers = appended.map(({ header }) => header);
      return {
        outcome: { id, result: { ok: true, receipts }, headers },
        tail,
        leaves: appended.map(({ leaf }) => leaf),
      };
    } catch (error) {
      const fault = faultOf(error);
      if (isAppending && fault === 'conflict') {
        throw new StoreError('damaged', `the log already has what was to be appended: ${messageOf(error)}`);
      }
      // INVARIANT: without its transaction or a savepoint a request can no longer be undone alone, so the whole batch fails.
      const isStuck = isAppending && !isUndoable;
      if (
        error instanceof StoreError ||
        fault === 'fatal' ||
        fault === 'unavailable' ||
        isStuck ||
        !db.inTransaction
      )
        throw error;
      if (isUndoable) {
        rollbackRequest.run();
        release.run();
      }
      appender.chains.undo();
      changes.undone();
      if (fault === 'bug') return unchanged({ id, bug: messageOf(error) });
      return unchanged({
        id,
        result: { ok: false, code: 'conflict', message: messageOf(error) },
        headers: [],
      });
    }
  }

  function applyAll(batch: readonly PendingCommit[]): { outcomes: readonly CommitOutcome[]; head: LogHead } {
    const outcomes: CommitOutcome[] = [];
    let tail = tailOf(head);
    let range: CompactRange = head.range;
    begin.run();
    // First: another thread is asked for what is committed, and hears of nothing that this transaction changes.
    changes.packCalls();
    for (const pending of batch) {
      const applied = applyOne(pending, tail);
      tail = applied.tail;
      for (const leaf of applied.leaves) {
        tiles.complete(range, leaf);
        range = appendLeaf(range, leaf);
      }
      outcomes.push(applied.outcome);
    }
    appender.chains.flush();
    const next = { size: range.size, lastLeaf: tail.leaf, lastTime: tail.time, range };
    if (next.size !== head.size) keeper.advance(head, next);
    // INVARIANT: a key is on disk before anything that was sealed with it.
    options.payloads.flush();
    const committing = performance.now();
    commit.run();
    commitMs = performance.now() - committing;
    return { outcomes, head: next };
  }

  return {
    get head() {
      return head;
    },
    get commitMs() {
      return commitMs;
    },
    apply(batch) {
      try {
        const done = applyAll(batch);
        head = done.head;
        return { outcomes: done.outcomes, failure: finish() };
      } catch (error) {
        const failure = recover(error);
        const result = { ok: false, code: 'log_unavailable', message: failure.message } as const;
        return { outcomes: batch.map(({ id }) => ({ id, result, headers: [] })), failure };
      }
    },
    probe() {
      try {
        touch.immediate();
        return null;
      } catch (error) {
        return recover(error);
      }
    },
  };

  /** What had to wait for the commit. Whoever asked for it looks whether it was done: the batch is committed either way. */
  function finish(): BatchOutcome['failure'] {
    try {
      options.payloadChanges.afterCommit();
      return null;
    } catch (error) {
      return faultOf(error) === 'unavailable' ? null : { kind: 'fatal', message: messageOf(error) };
    }
  }

  /** Undoes the batch and takes the state from disk again: what memory held may never have been written. */
  function recover(error: unknown): NonNullable<BatchOutcome['failure']> {
    const message = messageOf(error);
    if (error instanceof StoreError || faultOf(error) !== 'unavailable') return { kind: 'fatal', message };
    try {
      if (db.inTransaction) rollback.run();
      options.payloads.rollback();
      options.payloadChanges.rollback();
      appender.chains.forget();
      changes.undone();
      const onDisk = loadHead(db, options.origin);
      if (onDisk === null) return { kind: 'fatal', message: `${message}; the log is gone` };
      head = onDisk;
      return { kind: 'unavailable', message };
    } catch (second) {
      return { kind: 'fatal', message: `${message}; then ${messageOf(second)}` };
    }
  }
}
