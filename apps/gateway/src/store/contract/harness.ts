// The ground that every part of the store contract stands on: one log, empty at first, and a store that is open on it.
import { type EntryHeader, parseEntry, verifyLog } from '@countersign/audit';
import { afterEach, beforeEach, expect } from 'vitest';
import type { Readers } from '../readers.ts';
import type { Store } from '../store.ts';
import type { CommitRequest, CommitResult, EntryReceipt } from '../types.ts';

/** One log, empty at first. */
export interface StoreHarness {
  readonly origin: string;
  /** Verifier key of the checkpoint key. */
  readonly vkey: string;
  /** Sets the wall clock of the stores of this harness, in milliseconds since the epoch. */
  setClock(now: number): void;
  /** Opens the store on the log, as a gateway process would. Only one is open at a time. */
  open(): Promise<Store>;
  remove(): Promise<void>;
}

export interface StoreUnderTest {
  readonly harness: StoreHarness;
  readonly store: Store;
  readonly readers: Readers;
  /** Closes the store and opens it again, as a restart does. */
  reopen(): Promise<void>;
  /** Commits, and fails the test when that fails. */
  commit(request: Partial<CommitRequest>): Promise<readonly EntryReceipt[]>;
  /** The headers of all entries. */
  headers(): Promise<readonly EntryHeader[]>;
  /** Recomputes the whole log and its checkpoints. */
  expectSoundLog(): Promise<void>;
}

/** A fresh log for each test of the block it is called in. */
export function underTest(createHarness: () => Promise<StoreHarness>): StoreUnderTest {
  let harness: StoreHarness;
  let store: Store;
  beforeEach(async () => {
    harness = await createHarness();
    store = await harness.open();
  });
  afterEach(async () => {
    await store.close();
    await harness.remove();
  });
  return {
    get harness() {
      return harness;
    },
    get store() {
      return store;
    },
    get readers() {
      return store.readers;
    },
    async reopen() {
      await store.close();
      store = await harness.open();
    },
    commit: async (request) => receiptsOf(await store.commit({ entries: [], ...request })),
    async headers() {
      const found: EntryHeader[] = [];
      for await (const { header } of store.readers.log.entries()) {
        const parsed = parseEntry(header);
        if (parsed.ok) found.push(parsed.value);
        else expect.fail(parsed.error.message);
      }
      return found;
    },
    async expectSoundLog() {
      const { log } = store.readers;
      const options = { origin: harness.origin, vkeys: [harness.vkey], checkpoints: log.checkpoints() };
      expect((await verifyLog(log.entries(), options)).firstFailure).toBeNull();
    },
  };
}

export function receiptsOf(result: CommitResult): readonly EntryReceipt[] {
  if (!result.ok) throw new Error(`the commit failed: ${JSON.stringify(result)}`);
  return result.receipts;
}
