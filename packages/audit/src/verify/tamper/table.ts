// What must be found, by what is done, by whom, and by what the auditor holds. docs/threat-model.md shows the same table, and a
// test holds it to this one. For tests only.

import { EVIDENCE, type Evidence } from './auditor.ts';

/**
 * A cell names the failures of which one must be there, or `–` and what the report must say instead; `″` is the cell before. What comes after the
 * place that the auditor's evidence reaches is as with `key`.
 */
export const TABLE = `
| what is done | by | nothing | key | anchor | quorum | witness | receipt |
|---|---|---|---|---|---|---|---|
| flip a bit of a header | store | leaf_mismatch | ″ | ″ | ″ | ″ | ″ |
| flip a bit of a leaf hash | store | leaf_mismatch | ″ | ″ | ″ | ″ | ″ |
| flip a bit of a detail or its salt | store | detail_tampered | ″ | ″ | ″ | ″ | ″ |
| flip a letter of a checkpoint | store | checkpoint_signature, checkpoint_malformed | ″ | ″ | ″ | ″ | ″ |
| drop an entry | store | entry_missing | ″ | ″ | ″ | ″ | ″ |
| drop an entry, the rest moves up | store | entry_misplaced | ″ | ″ | ″ | ″ | ″ |
| drop a detail | store | detail_missing | ″ | ″ | ″ | ″ | ″ |
| duplicate an entry | store | entry_out_of_order | ″ | ″ | ″ | ″ | ″ |
| duplicate an entry, the rest moves down | store | entry_misplaced | ″ | ″ | ″ | ″ | ″ |
| swap two entries | store | entry_misplaced | ″ | ″ | ″ | ″ | ″ |
| swap a detail, with its salt, for that of another entry | store | detail_tampered | ″ | ″ | ″ | ″ | ″ |
| insert an entry, the rest moves down | store | entry_misplaced | ″ | ″ | ″ | ″ | ″ |
| insert an entry at the end | store | – tail, unsigned | ″ | – | – tail, unsigned | – | – tail, unsigned |
| splice in a part of another log | store | prev_mismatch | ″ | ″ | ″ | ″ | ″ |
| re-sign with a key of one’s own | store | – tail, store key | checkpoint_signature | ″ | ″ | ″ | ″ |
| re-sign with a signature from elsewhere | store | checkpoint_signature | ″ | ″ | ″ | ″ | ″ |
| re-sign nothing | store | – tail, unsigned | ″ | checkpoint_root | quorum_unmet | checkpoint_root | contradicted, broken_promise |
| truncate | store | – tail | ″ | tail_missing | quorum_unmet | tail_missing | broken_promise |
| truncate, and leave the checkpoints | store | tail_missing | ″ | ″ | ″ | ″ | ″ |
| roll back | store | – tail | ″ | tail_missing | quorum_unmet | tail_missing | broken_promise |
| fork | store | – tail, store key | checkpoint_signature | ″ | ″ | ″ | ″ |
| flip what an entry says | keys | – tail, unwitnessed | ″ | checkpoint_root | quorum_unmet | checkpoint_root | contradicted |
| drop a call | keys | – tail, unwitnessed | ″ | checkpoint_root, tail_missing | quorum_unmet | checkpoint_root, tail_missing | contradicted, broken_promise |
| duplicate a call | keys | – tail, unwitnessed | ″ | checkpoint_root | quorum_unmet | checkpoint_root | contradicted |
| swap two calls | keys | – tail, unwitnessed | ″ | checkpoint_root | quorum_unmet | checkpoint_root | contradicted |
| insert a call | keys | – tail, unwitnessed | ″ | checkpoint_root | quorum_unmet | checkpoint_root | contradicted |
| splice in a part of another log | keys | – tail, unwitnessed | ″ | checkpoint_root | quorum_unmet | checkpoint_root | contradicted |
| re-sign what was changed, with a new key | keys | – tail, store key | – tail, unwitnessed | checkpoint_signature | quorum_unmet | checkpoint_signature | contradicted |
| re-sign what was changed, and revoke the old key | keys | – tail, store key | – tail, unwitnessed | – tail, set aside | quorum_unmet | ″ | contradicted |
| truncate | keys | – tail, unwitnessed | ″ | tail_missing | quorum_unmet | tail_missing | broken_promise |
| roll back | keys | – tail, unwitnessed | ″ | tail_missing | quorum_unmet | tail_missing | broken_promise |
| fork | keys | – tail, unwitnessed | ″ | checkpoint_root | quorum_unmet | checkpoint_root | contradicted |
`.trim();

export interface Row {
  readonly deed: string;
  readonly by: 'store' | 'keys';
  readonly cells: Readonly<Record<Evidence, Cell>>;
}

/** Of `found` one must be there; where it is empty nothing can be, and `says` names what the report says. */
export interface Cell {
  readonly found: readonly string[];
  readonly says: readonly string[];
}

export const ROWS: readonly Row[] = TABLE.split('\n')
  .slice(2)
  .map((line): Row => {
    const { deed, by, cells } = rowOf(line, EVIDENCE);
    if (by !== 'store' && by !== 'keys') throw new TypeError(`\`${line}\` does not say who does it`);
    return { deed, by, cells };
  });

/** A line of such a table, with a cell for each kind of evidence. */
export function rowOf<E extends string>(
  line: string,
  evidence: readonly E[],
): { readonly deed: string; readonly by: string; readonly cells: Readonly<Record<E, Cell>> } {
  const [deed = '', by = '', ...shown] = line
    .slice(2, -2)
    .split('|')
    .map((cell) => cell.trim());
  const texts: string[] = [];
  for (const cell of shown) texts.push(cell === '″' ? (texts.at(-1) ?? '') : cell);
  const cells = evidence.map((one, i): [E, Cell] => [one, cellOf(texts[i] ?? '')]);
  return { deed, by, cells: Object.fromEntries(cells) as Record<E, Cell> };
}

function cellOf(text: string): Cell {
  const isSilent = text.startsWith('–');
  const words = text
    .replace('–', '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  return isSilent ? { found: [], says: words } : { found: words, says: [] };
}
