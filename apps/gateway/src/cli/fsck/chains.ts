// The heads of chains, from which the writer goes on, against the newest entry of each.
import { equalBytes, parseEntry, TILE_WIDTH } from '@countersign/audit';
import { createTileRows } from '../../store/sqlite/tree/tile-rows.ts';
import type { Check } from './check.ts';

interface ChainRow {
  readonly id: string;
  readonly seq: number;
  readonly last_index: number;
  readonly last_leaf: Uint8Array;
}

export const chainCheck: Check = {
  name: 'chains',
  start({ db, archivedTo }, found) {
    const tiles = createTileRows(db);
    // WHY the index alone: a log has millions of chains, and the rest stands in the entry.
    const newest = new Map<string, number>();
    const stored = db.prepare<[number], { header: Uint8Array; leaf: Uint8Array }>(
      'SELECT header, leaf FROM entries WHERE idx = ?',
    );
    const fault = (id: string, message: string): void =>
      found({ place: { table: 'chains', row: id }, message });

    function isHead({ seq, last_index, last_leaf }: ChainRow): boolean {
      const entry = stored.get(last_index);
      const parsed = entry === undefined ? null : parseEntry(entry.header);
      return (
        entry !== undefined &&
        equalBytes(entry.leaf, last_leaf) &&
        parsed?.ok === true &&
        parsed.value.chain?.seq === seq
      );
    }

    /** Of archived entries the tiles are left. */
    function isArchivedLeaf({ last_index, last_leaf }: ChainRow): boolean {
      const from = last_index % TILE_WIDTH;
      const slice = { level: 0, index: (last_index - from) / TILE_WIDTH, from, to: from + 1 };
      const [leaf] = tiles.hashes(slice);
      return leaf !== undefined && equalBytes(leaf, last_leaf);
    }

    return {
      entry({ index, entry }) {
        if (entry !== null && entry.chain !== null) newest.set(entry.chain.id, index);
      },
      end() {
        let checked = 0;
        for (const row of db
          .prepare<[], ChainRow>('SELECT id, seq, last_index, last_leaf FROM chains')
          .iterate()) {
          checked += 1;
          const { id, last_index } = row;
          const index = newest.get(id);
          newest.delete(id);
          if (index === undefined && last_index < archivedTo) {
            if (!isArchivedLeaf(row))
              fault(id, `the head of chain ${id} is not what the tree has for entry ${last_index}`);
          } else if (index === undefined) fault(id, `chain ${id} has a head, and no entry belongs to it`);
          else if (index !== last_index)
            fault(id, `the head of chain ${id} is entry ${last_index}, in the log it is entry ${index}`);
          else if (!isHead(row)) fault(id, `the head of chain ${id} is not what its entry ${index} says`);
        }
        for (const id of newest.keys()) fault(id, `chain ${id} is in the log and has no head`);
        return { checked };
      },
    };
  },
};
