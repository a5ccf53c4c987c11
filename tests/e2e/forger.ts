// An operator with the database and every key in hand, who rewrites the log of a stopped gateway: all that follows is made to
// fit, and signed anew. What is left to show it is what others hold.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  appendLeaf,
  canonicalJson,
  type CanonicalValue,
  EMPTY_RANGE,
  importNoteSigner,
  leafHash,
  rangeRoot,
  serializeRange,
  signCheckpoint,
  toHex,
  utf8,
} from '@countersign/audit';
import Database from 'better-sqlite3';

export interface ForgedHeader {
  kind: string;
  index: number;
  prev: string;
  time: number;
  agent: string | null;
  call: string | null;
  chain: { id: string; seq: number; prevIndex: number | null; prevLeaf: string | null } | null;
  body: Record<string, unknown>;
  commits: Record<string, unknown>;
}

/** Replaces the headers of the log in a data folder. Their order is kept; links, leaf hashes and checkpoints are made anew. */
export async function forgeLog(
  dataDir: string,
  change: (headers: readonly ForgedHeader[]) => readonly ForgedHeader[],
): Promise<void> {
  const db = new Database(join(dataDir, 'countersign.db'));
  db.exec('DROP TRIGGER IF EXISTS entries_no_update; DROP TRIGGER IF EXISTS entries_no_delete;');
  const stored = db.prepare<[], { header: Buffer }>('SELECT header FROM entries ORDER BY idx').all();
  const headers = change(stored.map(({ header }) => JSON.parse(header.toString('utf8')) as ForgedHeader));
  const heads = new Map<string, { seq: number; index: number; leaf: string }>();
  db.exec('DELETE FROM entries; DELETE FROM checkpoints;');
  const insert = db.prepare('INSERT INTO entries (idx, header, leaf) VALUES (?, ?, ?)');
  let range = EMPTY_RANGE;
  let last: Uint8Array = new Uint8Array(32);
  for (const [index, header] of headers.entries()) {
    header.index = index;
    if (index > 0) header.prev = toHex(last);
    if (header.chain !== null) {
      const before = heads.get(header.chain.id);
      header.chain.seq = before === undefined ? 0 : before.seq + 1;
      header.chain.prevIndex = before?.index ?? null;
      header.chain.prevLeaf = before?.leaf ?? null;
    }
    const bytes = utf8(canonicalJson(header as unknown as CanonicalValue));
    last = leafHash(bytes);
    if (header.chain !== null)
      heads.set(header.chain.id, { seq: header.chain.seq, index, leaf: toHex(last) });
    insert.run(index, Buffer.from(bytes), Buffer.from(last));
    range = appendLeaf(range, last);
  }
  const frontier = Buffer.from(serializeRange(range));
  const { origin } = db.prepare<[], { origin: string }>('SELECT origin FROM log_head').get() ?? {
    origin: '',
  };
  db.prepare('UPDATE log_head SET size = ?, last_leaf = ?, frontier = ?').run(
    range.size,
    Buffer.from(last),
    frontier,
  );
  const signer = await importNoteSigner(
    readFileSync(join(dataDir, 'keys', 'checkpoint.skey'), 'utf8').trim(),
  );
  if (!signer.ok) throw new Error(signer.error.message);
  const root = rangeRoot(range);
  const note = await signCheckpoint({ origin, size: range.size, root }, signer.value);
  db.prepare('INSERT INTO checkpoints (size, root, frontier, note, time) VALUES (?, ?, ?, ?, ?)').run(
    range.size,
    Buffer.from(root),
    frontier,
    note,
    headers.at(-1)?.time ?? 0,
  );
  db.close();
  writeFileSync(join(dataDir, 'checkpoint'), note);
}
