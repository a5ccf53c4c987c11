// Level "details": each stored value is the one its header commits to. A committed value that is not stored was redacted,
// where an entry of the log says so, or is missing, which is a failure; a value without its key at hand is withheld. A
// stored value that no header commits to is a failure.

import { commitmentDigest, SALT_BYTES } from '../commitment.ts';
import type { Detail, EntryHeader } from '../entry/types.ts';
import { createAbsentValues } from './absent.ts';
import { readRedaction } from './redactions.ts';
import type { Tally } from './tally.ts';
import type { StoredEntry } from './types.ts';

interface DetailCounts {
  disclosed: number;
  withheld: number;
  redacted: number;
  /** Not there, and nothing that can be read here says why. */
  erased: number;
  tampered: number;
}

export interface DetailStep {
  readonly check: (entry: EntryHeader, stored: Pick<StoredEntry, 'details' | 'withheld' | 'damaged'>) => void;
  /** At the end: what no redaction accounts for is missing. */
  readonly finish: () => void;
  readonly counts: Readonly<DetailCounts>;
}

/** @param isPart of a log whose later entries are not read: they may say what was redacted. */
export function createDetailStep(tally: Tally, isPart = false): DetailStep {
  const counts: DetailCounts = { disclosed: 0, withheld: 0, redacted: 0, erased: 0, tampered: 0 };
  // A redaction comes after what it redacts: until then it is not known which of these were.
  const absent = createAbsentValues();
  let isRedactionWithheld = isPart;

  function redact(details: readonly Detail[]): void {
    const targets = details.find(({ name }) => name === 'targets');
    for (const { first, last, names } of targets === undefined ? [] : readRedaction(targets.value)) {
      counts.redacted += absent.redact(first, last, names);
    }
  }

  return {
    counts,
    check: (entry, { details, withheld, damaged }) => {
      const commits: Readonly<Record<string, string | null>> = entry.commits;
      const seen: string[] = [];
      for (const { name, salt, value } of details) {
        const committed = Object.hasOwn(commits, name) ? (commits[name] ?? null) : null;
        tally.checked('details');
        if (committed === null || seen.includes(name)) {
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
        // WHY no others: they fail whether they come once or often, and somebody may have stored any number of them.
        if (committed !== null && !seen.includes(name)) seen.push(name);
      }
      const gone: string[] = [];
      for (const name in commits) if (commits[name] !== null && !seen.includes(name)) gone.push(name);
      if (damaged === true) {
        counts.tampered += gone.length;
        tally.checked('details');
        tally.failed(
          'details',
          'detail_tampered',
          entry.index,
          `the values of entry ${entry.index} were changed: what is stored does not open with its own key`,
        );
      } else if (withheld === true) counts.withheld += gone.length;
      else if (gone.length > 0) absent.set(entry.index, entry.kind, gone);
      if (entry.kind === 'log.redacted') {
        if (withheld === true) isRedactionWithheld = true;
        else redact(details);
      }
    },
    finish: () => {
      for (const { index, names } of absent.left()) {
        counts.erased += names.length;
        // It may be what a redaction lists that cannot be read here: then nobody can tell that it is missing.
        if (isRedactionWithheld) continue;
        tally.checked('details');
        tally.failed(
          'details',
          'detail_missing',
          index,
          `MISSING: entry ${index} commits to ${names.map((name) => `\`${name}\``).join(', ')}, not stored any more, and no entry says that it was redacted`,
        );
      }
    },
  };
}
