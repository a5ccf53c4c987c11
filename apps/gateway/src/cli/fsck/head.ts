// The head of the log, from which the writer goes on, against the entries.
import { type CompactRange, equalBytes, serializeRange } from '@countersign/audit';
import type { Check } from './check.ts';
import { createRangeFollower } from './range.ts';

interface HeadRow {
  readonly size: number;
  readonly last_leaf: Uint8Array;
  readonly frontier: Uint8Array;
}

export const headCheck: Check = {
  name: 'head',
  start({ db, size, archivedTo }, found) {
    let archived = 0;
    const follower = createRangeFollower(db);
    let range: CompactRange | null = null;
    let last: { readonly index: number; readonly leaf: Uint8Array } | null = null;
    return {
      entry({ index, leaf, entry }) {
        if (entry?.kind === 'log.pruned' && entry.body.size <= index)
          archived = Math.max(archived, entry.body.to);
        // An entry beyond the head is for the check of entries to name.
        if (index < 0 || index >= size) return;
        range = follower.next(index, leaf);
        last = { index, leaf };
      },
      end() {
        const fault = (message: string): void => found({ place: { table: 'log_head', row: '1' }, message });
        const heads = db.prepare<[], HeadRow>('SELECT size, last_leaf, frontier FROM log_head').all();
        const [head] = heads;
        if (head === undefined || heads.length !== 1) {
          fault(`the log has ${heads.length} heads`);
          return { checked: heads.length };
        }
        if (archived !== archivedTo)
          fault(
            `by the head of the log, entries before ${archivedTo} are archived; by its entries, those before ${archived}`,
          );
        if (last?.index !== head.size - 1)
          fault(`the head of the log is at ${head.size} entries, its last entry is ${last?.index ?? 'none'}`);
        else if (!equalBytes(last.leaf, head.last_leaf))
          fault('the head of the log has another hash for its last entry');
        if (range === null) fault('the tree of the head cannot be recomputed: entries are missing');
        else if (!equalBytes(serializeRange(range), head.frontier))
          fault('the tree that the head of the log goes on from is not that of its entries');
        return { checked: 1 };
      },
    };
  },
};
