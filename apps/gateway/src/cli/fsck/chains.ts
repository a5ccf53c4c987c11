// The heads of chains, from which the writer goes on, against the newest entry of each.
import { equalBytes } from '@countersign/audit';
import type { Check } from './check.ts';

interface ChainHead {
  readonly seq: number;
  readonly index: number;
  readonly leaf: Uint8Array;
}

interface ChainRow {
  readonly id: string;
  readonly seq: number;
  readonly last_index: number;
  readonly last_leaf: Uint8Array;
}

export const chainCheck: Check = {
  name: 'chains',
  start({ db }, found) {
    const heads = new Map<string, ChainHead>();
    const fault = (id: string, message: string): void =>
      found({ place: { table: 'chains', row: id }, message });
    return {
      entry({ index, leaf, entry }) {
        if (entry !== null && entry.chain !== null)
          heads.set(entry.chain.id, { seq: entry.chain.seq, index, leaf });
      },
      end() {
        let checked = 0;
        const rows = db.prepare<[], ChainRow>('SELECT id, seq, last_index, last_leaf FROM chains');
        for (const { id, seq, last_index, last_leaf } of rows.iterate()) {
          checked += 1;
          const head = heads.get(id);
          heads.delete(id);
          if (head === undefined) fault(id, `chain ${id} has a head, and no entry belongs to it`);
          else if (head.seq !== seq || head.index !== last_index || !equalBytes(head.leaf, last_leaf))
            fault(id, `the head of chain ${id} is entry ${last_index}, in the log it is entry ${head.index}`);
        }
        for (const id of heads.keys()) fault(id, `chain ${id} is in the log and has no head`);
        return { checked };
      },
    };
  },
};
