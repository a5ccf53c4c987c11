// Where each chain ends, for whoever appends to it. What a request moves is kept or undone with the request, and what a
// batch moved goes to disk once, with the batch: a chain that is appended to all the time is one row written for each commit.
import { type Digest, toDigest } from '@countersign/audit';
import type Database from 'better-sqlite3';
import { createRecent } from '../../recent.ts';

/** The newest entry of a chain. */
export interface ChainHead {
  /** Its number within the chain, from 0. */
  readonly seq: number;
  readonly index: number;
  readonly leaf: Uint8Array;
  readonly digest: Digest;
}

export interface ChainHeads {
  /** Undefined for a chain that has no entry yet. */
  get(chain: string): ChainHead | undefined;
  move(chain: string, head: ChainHead): void;
  /** The request is applied: what it moved is the batch's. */
  keep(): void;
  /** The request is undone. */
  undo(): void;
  /** Writes what the batch moved; to be called before its COMMIT. */
  flush(): void;
  /** The batch is undone: what memory held may never have been written. */
  forget(): void;
}

interface Placed extends ChainHead {
  /** Where its row is; null for a chain that has none yet. */
  readonly place: number | null;
}

interface Row {
  readonly place: number;
  readonly seq: number;
  readonly last_index: number;
  readonly last_leaf: Uint8Array;
}

/** Chains: up to some 5 MB. One that is not remembered is looked up by its id. */
const REMEMBERED = 8192;

export function createChainHeads(db: Database.Database): ChainHeads {
  const find = db.prepare<[string], Row>('SELECT place, seq, last_index, last_leaf FROM chains WHERE id = ?');
  const open = db.prepare('INSERT INTO chains (id, seq, last_index, last_leaf) VALUES (?, ?, ?, ?)');
  const update = db.prepare('UPDATE chains SET seq = ?, last_index = ?, last_leaf = ? WHERE place = ?');
  const ofRequest = new Map<string, Placed>();
  const ofBatch = new Map<string, Placed>();
  const onDisk = createRecent<string, Placed>(REMEMBERED);
  // WHY: whoever moves a chain has just asked where it ends, and to find that it has not begun takes longest.
  let asked: { readonly chain: string; readonly head: Placed | undefined } | null = null;

  function known(chain: string): Placed | undefined {
    const held = ofRequest.get(chain) ?? ofBatch.get(chain) ?? onDisk.get(chain);
    if (held !== undefined) return held;
    const row = find.get(chain);
    if (row === undefined) return undefined;
    const { place, seq, last_index: index, last_leaf: leaf } = row;
    return { place, seq, index, leaf, digest: toDigest(leaf) };
  }

  return {
    get(chain) {
      asked = { chain, head: known(chain) };
      return asked.head;
    },
    move(chain, head) {
      const before = asked?.chain === chain ? asked.head : known(chain);
      asked = null;
      ofRequest.set(chain, { ...head, place: before?.place ?? null });
    },
    keep() {
      for (const [chain, head] of ofRequest) ofBatch.set(chain, head);
      ofRequest.clear();
    },
    undo() {
      asked = null;
      ofRequest.clear();
    },
    flush() {
      asked = null;
      for (const [chain, head] of ofBatch) {
        const { seq, index, leaf } = head;
        let { place } = head;
        if (place === null) place = Number(open.run(chain, seq, index, leaf).lastInsertRowid);
        else update.run(seq, index, leaf, place);
        onDisk.set(chain, { ...head, place });
      }
      ofBatch.clear();
    },
    forget() {
      asked = null;
      ofRequest.clear();
      ofBatch.clear();
      onDisk.clear();
    },
  };
}
