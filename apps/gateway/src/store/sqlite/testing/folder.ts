// A data folder of its own for a test, with the key of its log.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateNoteKey, type Id, newId } from '@countersign/audit';
import { openStore, type SqliteStoreOptions } from '../requests/client.ts';
import type { Store } from '../../store.ts';

export interface TestFolder {
  readonly dataDir: string;
  readonly origin: string;
  readonly node: Id<'node'>;
  readonly skey: string;
  readonly vkey: string;
  setClock(now: number): void;
  open(options?: Partial<SqliteStoreOptions>): Promise<Store>;
  remove(): void;
}

export async function createTestFolder(
  dataDir = mkdtempSync(join(tmpdir(), 'countersign-store-')),
): Promise<TestFolder> {
  const origin = 'test.example/log';
  const { skey, vkey } = await generateNoteKey(origin);
  const node = newId('node');
  let clock = 1000;
  return {
    dataDir,
    origin,
    node,
    skey,
    vkey,
    setClock: (now) => {
      clock = now;
    },
    open: (options) =>
      openStore({
        dataDir,
        origin,
        node,
        checkpointKey: skey,
        now: () => clock,
        checkpointIntervalMs: 20,
        ...options,
      }),
    remove: () => rmSync(dataDir, { recursive: true, force: true }),
  };
}
