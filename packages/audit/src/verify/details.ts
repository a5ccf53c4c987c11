// Level "details": each stored value is the one its header commits to. A committed value that is not stored
// counts as erased; a stored value that no header commits to is a failure.

import { commitmentDigest, SALT_BYTES } from '../commitment.ts';
import type { Detail, EntryHeader } from '../entry/types.ts';
import type { Tally } from './tally.ts';

interface DetailCounts {
  disclosed: number;
  erased: number;
  tampered: number;
}

export interface DetailStep {
  readonly check: (entry: EntryHeader, details: readonly Detail[]) => void;
  readonly counts: Readonly<DetailCounts>;
}

export function createDetailStep(tally: Tally): DetailStep {
  const counts: DetailCounts = { disclosed: 0, erased: 0, tampered: 0 };
  return {
    counts,
    check: (entry, details) => {
      const commits: Readonly<Record<string, string | null>> = entry.commits;
      const seen = new Set<string>();
      for (const { name, salt, value } of details) {
        const committed = Object.hasOwn(commits, name) ? (commits[name] ?? null) : null;
        tally.checked('details');
        if (committed === null || seen.has(name)) {
          counts.tampered += 1;
          tally.failed(
            'details',
            'detail_uncommitted',
            entry.index,
            `entry ${entry.index} has a stored detail \`${name.slice(0, 64)}\` that its header does not commit to`,
          );
        } else if (salt.length !== SALT_BYTES || commitmentDigest(name, salt, value) !== committed) {
          counts.tampered += 1;
          tally.failed(
            'details',
            'detail_tampered',
            entry.index,
            `the detail \`${name}\` of entry ${entry.index} was changed: it is not what the header commits to`,
          );
        } else {
          counts.disclosed += 1;
        }
        seen.add(name);
      }
      for (const name in commits) if (commits[name] !== null && !seen.has(name)) counts.erased += 1;
    },
  };
}
