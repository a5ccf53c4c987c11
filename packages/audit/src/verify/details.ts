// Level "details": each stored value is the one its header commits to. A committed value that is not stored was redacted,
// where an entry of the log says so, or is missing, which is a failure; a value without its key at hand is withheld. A
// stored value that no header commits to is a failure.

import { commitmentDigest, SALT_BYTES } from '../commitment.ts';
import { ENTRY_KINDS } from '../entry/kinds.ts';
import type { Detail, EntryHeader } from '../entry/types.ts';
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

interface Absent {
  readonly kind: EntryHeader['kind'];
  /** A bit for each detail of the kind, in the order of the schema. */
  names: number;
}

/** @param isPart of a log whose later entries are not read: they may say what was redacted. */
export function createDetailStep(tally: Tally, isPart = false): DetailStep {
  const counts: DetailCounts = { disclosed: 0, withheld: 0, redacted: 0, erased: 0, tampered: 0 };
  // A redaction comes after what it redacts: until then it is not known which of these were.
  const absent = new Map<number, Absent>();
  let isRedactionWithheld = isPart;

  function redact(details: readonly Detail[]): void {
    const targets = details.find(({ name }) => name === 'targets');
    for (const { first, last, names } of targets === undefined ? [] : readRedaction(targets.value)) {
      for (const [index, entry] of within(absent, first, last)) {
        const gone = names === null ? entry.names : entry.names & bitsOf(entry.kind, names);
        counts.redacted += bitCount(gone);
        entry.names &= ~gone;
        if (entry.names === 0) absent.delete(index);
      }
    }
  }

  return {
    counts,
    check: (entry, { details, withheld, damaged }) => {
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
      const gone = Object.keys(commits).filter((name) => commits[name] !== null && !seen.has(name));
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
      else if (gone.length > 0)
        absent.set(entry.index, { kind: entry.kind, names: bitsOf(entry.kind, gone) });
      if (entry.kind === 'log.redacted') {
        if (withheld === true) isRedactionWithheld = true;
        else redact(details);
      }
    },
    finish: () => {
      for (const [index, { kind, names }] of absent) {
        counts.erased += bitCount(names);
        // It may be what a redaction lists that cannot be read here: then nobody can tell that it is missing.
        if (isRedactionWithheld) continue;
        const missing = ENTRY_KINDS[kind].commits.filter((_, i) => (names & (1 << i)) !== 0);
        tally.checked('details');
        tally.failed(
          'details',
          'detail_missing',
          index,
          `MISSING: entry ${index} commits to ${missing.map((name) => `\`${name}\``).join(', ')}, not stored any more, and no entry says that it was redacted`,
        );
      }
    },
  };
}

/** By whichever is fewer: the indexes of the range, or those that are known. */
function* within<T>(known: Map<number, T>, first: number, last: number): Generator<[number, T]> {
  if (last - first < known.size) {
    for (let index = first; index <= last; index += 1) {
      const value = known.get(index);
      if (value !== undefined) yield [index, value];
    }
    return;
  }
  for (const [index, value] of known) if (index >= first && index <= last) yield [index, value];
}

function bitsOf(kind: EntryHeader['kind'], names: readonly string[]): number {
  const all: readonly string[] = ENTRY_KINDS[kind].commits;
  return names.reduce((bits, name) => (all.includes(name) ? bits | (1 << all.indexOf(name)) : bits), 0);
}

function bitCount(bits: number): number {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) count += 1;
  return count;
}
