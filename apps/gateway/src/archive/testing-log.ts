// A log on disk for the tests of archives: calls, two at a time so that they straddle every boundary, and a checkpoint that an
// anchor file took.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf, generateNoteKey, receiptKeyName } from '@countersign/audit';
import { runCommand } from '../cli/testing/command-line.ts';
import { openKeyManifest } from '../start/key-manifest.ts';
import { openNodeKeys } from '../start/keys.ts';
import { logOrigin } from '../start/origin.ts';
import { placeOf } from '../store/payload/place.ts';
import { openStore } from '../store/sqlite/requests/client.ts';
import { createTestFolder } from '../store/sqlite/testing/folder.ts';
import type { Store } from '../store/store.ts';
import { completed, decided, newCall } from '../store/testing-drafts.ts';
import type { CommitRequest } from '../store/types.ts';

export interface ArchiveLog {
  readonly dataDir: string;
  /** A folder beside it that is not there yet. */
  readonly target: string;
  open(): Promise<Store>;
  /** Opens, commits, closes. */
  write(work: (store: Store) => Promise<unknown>): Promise<void>;
  cli(...args: string[]): ReturnType<typeof runCommand>;
  remove(): void;
}

const ORIGIN = 'test.example/log';

export async function createArchiveLog(): Promise<ArchiveLog> {
  const folder = await createTestFolder();
  const dataDir = join(folder.dataDir, 'data');
  const receiptKey = generateNoteKey(receiptKeyName(ORIGIN));
  const log: ArchiveLog = {
    dataDir,
    target: join(folder.dataDir, 'cold', 'one'),
    async open() {
      const keys = await openNodeKeys(dataDir, ORIGIN);
      const origin = await logOrigin(dataDir, ORIGIN);
      const store = await openStore({
        dataDir,
        origin,
        node: folder.node,
        checkpointKey: keys.checkpoint.skey,
        payload: placeOf(dataDir),
        now: Date.now,
      });
      const changes = await openKeyManifest(
        store,
        { dataDir, origin, checkpoint: keys.checkpointVkeys, receipt: (await receiptKey).vkey },
        Date.now(),
      );
      if (changes.length > 0) await commit(store, { entries: [], changes });
      return store;
    },
    async write(work) {
      const store = await log.open();
      await work(store);
      await store.close();
    },
    cli: (...args) => runCommand(args, { cwd: folder.dataDir, env: { COUNTERSIGN_DATA: dataDir } }),
    remove: () => folder.remove(),
  };
  return log;
}

export async function commit(store: Store, request: CommitRequest): Promise<number> {
  const result = await store.commit(request);
  if (!result.ok) throw new Error(JSON.stringify(result));
  return result.receipts[0]?.index ?? -1;
}

/** Pairs of calls, 4 entries each: decided, decided, completed, completed. */
export async function recordCalls(store: Store, pairs: number): Promise<void> {
  let { size } = await store.readers.log.head();
  const requests = Array.from({ length: pairs }, () => {
    const [one, two] = [newCall(), newCall()];
    const entries = [decided(one), decided(two), completed(one, size), completed(two, size + 1)];
    size += entries.length;
    return { entries };
  });
  await Promise.all(requests.map((request) => commit(store, request)));
}

/** As the publisher records it when an anchor file took the newest checkpoint. Returns its size. */
export async function publish(store: Store): Promise<number> {
  const { size } = await store.signNow();
  const row = {
    target: '/anchors',
    kind: 'file',
    name: 'anchors',
    size,
    proof: null,
    result: 'accepted',
    accepted_at: 1,
    tried_at: 1,
    failing_since: null,
    failures: 0,
    error: null,
  };
  await commit(store, {
    entries: [
      {
        kind: 'checkpoint.published',
        call: null,
        agent: null,
        chain: null,
        body: { to: 'file', target: digestOf('anchors'), size, result: 'accepted' },
        details: { name: 'anchors' },
      },
    ],
    changes: [{ put: 'publications', row }],
  });
  return size;
}

/** Of 1,000 entries and some, published. */
export async function publishedLog(): Promise<ArchiveLog> {
  const log = await createArchiveLog();
  await log.write(async (store) => {
    await recordCalls(store, 250);
    await publish(store);
    await recordCalls(store, 40);
  });
  return log;
}

export function writeConfig(log: ArchiveLog, text: string): string {
  const path = join(log.target, '..', '..', 'countersign.yaml');
  writeFileSync(path, text);
  return path;
}
