// What must be found of what is done to a proof bundle. docs/threat-model.md shows the same table. For tests only.

import { rowOf } from './table.ts';

/** `file`: whoever has the file, and makes its last line fit again; `keys`: the log’s operator, who exports what he likes. */
export const BUNDLE_TABLE = `
| what is done to a bundle | by | nothing | key | anchor |
|---|---|---|---|---|
| flip a letter of the file | file | bundle_altered, bundle_malformed, bundle_truncated | ″ | ″ |
| cut the file off | file | bundle_truncated | ″ | ″ |
| flip a letter of a header | file | leaf_mismatch | ″ | ″ |
| flip a letter of a header, with its leaf hash | file | inclusion_invalid, range_root | ″ | ″ |
| flip a letter of a detail | file | detail_tampered | ″ | ″ |
| swap a detail, with its salt, for that of another entry | file | detail_tampered | ″ | ″ |
| call a detail erased | file | detail_missing | ″ | ″ |
| drop an entry of a range | file | range_incomplete | ″ | ″ |
| drop the end of a range, and make the range shorter | file | range_root | ″ | ″ |
| drop a call of a selection | file | – unanchored, selection | ″ | – selection |
| duplicate an entry | file | bundle_malformed | ″ | ″ |
| swap two entries | file | entry_misplaced | ″ | ″ |
| splice in an entry of another log | file | inclusion_invalid, range_root | ″ | ″ |
| forge the proof of a range | file | range_root | ″ | ″ |
| forge a proof | file | inclusion_invalid | ″ | ″ |
| swap a policy set for another | file | policy_set_mismatch | ″ | ″ |
| swap the checkpoint for that of another log | file | checkpoint_origin | checkpoint_signature | ″ |
| swap the checkpoint for one of the same log’s name | file | inclusion_invalid, range_root | checkpoint_signature | ″ |
| make a bundle of a log that never was | file | – unsigned, unanchored | checkpoint_signature | ″ |
| export what was rewritten | keys | – unsigned, unanchored | – unanchored | consistency_invalid, checkpoint_conflict |
| export what a call was dropped from | keys | – unsigned, unanchored | – unanchored | consistency_invalid, checkpoint_conflict, held_not_comparable |
| export what was rolled back | keys | – unsigned, unanchored | – unanchored | held_not_comparable |
`.trim();

export const BUNDLE_EVIDENCE = ['nothing', 'key', 'anchor'] as const;
export type BundleEvidence = (typeof BUNDLE_EVIDENCE)[number];

export const BUNDLE_ROWS = BUNDLE_TABLE.split('\n')
  .slice(2)
  .map((line) => rowOf(line, BUNDLE_EVIDENCE));

/** What a report must say of what no bundle shows, word by word. */
export const BUNDLE_WORDS: Readonly<Record<string, string>> = {
  unsigned:
    'unsigned: no checkpoint signature was checked, since no key was given: anybody could have made this bundle',
  unanchored:
    'unanchored: nothing held outside the reach of the log’s operator was compared, so the log could have been rewritten as a whole',
  selection:
    'that these are all entries of their kind is the word of whoever made the bundle: only a contiguous range shows that none was left out',
};
