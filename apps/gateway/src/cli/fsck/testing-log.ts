// A stored log for the tests of fsck, written by the real writer and signed by the real signer, without a thread of its own:
// hundreds of copies of it are damaged and looked at.
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateNoteKey, importNoteSigner, newId } from '@countersign/audit';
import Database from 'better-sqlite3';
import { createHeadFile } from '../../checkpoints/head-file.ts';
import { dataPaths } from '../../store/paths.ts';
import { createPayloads } from '../../store/payload/payloads.ts';
import { openTestVault } from '../../store/payload/testing-payloads.ts';
import { createKeyring } from '../../store/sqlite/tree/keyring.ts';
import { migrate } from '../../store/sqlite/migrate.ts';
import { openForReading, openForWriting } from '../../store/sqlite/open.ts';
import { createSigner, type Signer } from '../../store/sqlite/tree/signer.ts';
import { createWriter, type Writer } from '../../store/sqlite/writer/writer.ts';
import { decided, newCall, nodeStopped } from '../../store/testing-drafts.ts';

const ORIGIN = 'test.example/log';

export interface OpenLog {
  readonly writer: Writer;
  readonly signer: Signer;
  /** Entries in one batch; the first of each is of a chain of its own. */
  append(entries: number): void;
  close(): void;
}

export interface TestLog {
  readonly vkey: string;
  readonly skey: string;
  /** The folder of the log as it was written. */
  readonly dir: string;
  /** A copy of the folder, closed, for a test to damage. */
  copy(): string;
  /** Opens the log in a folder as a gateway does. Throws what keeps a gateway from starting. */
  open(dir: string): Promise<OpenLog>;
  remove(): void;
}

/** A log of the given batches, each signed. */
export async function createTestLog(...batches: readonly number[]): Promise<TestLog> {
  const parent = mkdtempSync(join(tmpdir(), 'countersign-fsck-'));
  const { skey } = await generateNoteKey(ORIGIN);
  const key = await importNoteSigner(skey);
  if (!key.ok) throw new Error(key.error.message);
  const node = newId('node');
  const dir = join(parent, 'log');
  mkdirSync(dir);
  const test: TestLog = {
    vkey: key.value.vkey,
    skey,
    dir,
    copy() {
      const to = mkdtempSync(join(parent, 'copy-'));
      cpSync(dir, to, { recursive: true });
      return to;
    },
    async open(folder) {
      const paths = dataPaths(folder);
      const vault = openTestVault(folder);
      const db = openForWriting(paths.database);
      let reader: Database.Database | null = null;
      const close = (): void => {
        reader?.close();
        if (db.open) db.pragma('wal_checkpoint(TRUNCATE)');
        db.close();
        vault.close();
      };
      try {
        migrate(db);
        const writer = createWriter(db, {
          origin: ORIGIN,
          node,
          time: 1_000_000,
          opening: null,
          ...createPayloads(db, vault, ORIGIN),
        });
        reader = openForReading(paths.database, 256);
        const signer = await createSigner(db, reader, writer.head, {
          origin: ORIGIN,
          keyring: createKeyring(db, { origin: ORIGIN, signers: [key.value], now: () => 1000 }),
          head: createHeadFile(paths.checkpoint),
          continues: null,
        });
        return { writer, signer, append: (entries) => append(writer, entries), close };
      } catch (error) {
        close();
        throw error;
      }
    },
    remove: () => rmSync(parent, { recursive: true, force: true }),
  };
  const log = await test.open(dir);
  for (const entries of batches) {
    log.append(entries);
    await log.signer.sign(log.writer.head);
  }
  log.close();
  return test;
}

function append(writer: Writer, entries: number): void {
  const drafts = [decided(newCall()), ...Array.from({ length: entries - 1 }, nodeStopped)];
  const { failure, outcomes } = writer.apply([
    { id: 1, time: 2_000_000, bytes: 1, request: { entries: drafts } },
  ]);
  const [outcome] = outcomes;
  if (failure !== null || outcome === undefined || 'bug' in outcome || !outcome.result.ok)
    throw new Error(failure?.message ?? JSON.stringify(outcome));
}

/**
 * Does what somebody with the disk can do, and leaves the guard-rails of the schema as they were. An index that cannot be
 * made over what is there then is left out: on a disk it would simply be wrong.
 */
export function tamper(dir: string, change: (db: Database.Database) => void): void {
  const db = new Database(dataPaths(dir).database);
  const guards = db
    .prepare<[], { type: string; name: string; sql: string }>(
      "SELECT type, name, sql FROM sqlite_schema WHERE type = 'trigger' OR (type = 'index' AND tbl_name = 'entries' AND sql IS NOT NULL)",
    )
    .all();
  for (const { type, name } of guards) db.exec(`DROP ${type} ${name}`);
  db.pragma('ignore_check_constraints = ON');
  try {
    change(db);
  } finally {
    for (const { sql, type } of guards) restore(db, sql, type === 'index');
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
  }
}

function restore(db: Database.Database, sql: string, mayFail: boolean): void {
  try {
    db.exec(sql);
  } catch (error) {
    if (!mayFail) throw error;
  }
}
