// Level "structure": indexes run from 0 without gaps, every header is strictly well formed and stands where it
// says it stands, times never go back, and the log begins with its opening entry.

import { glanceEntry } from '../entry/parse.ts';
import type { EntryHeader } from '../entry/types.ts';
import type { Tally } from './tally.ts';
import type { StoredEntry } from './types.ts';

export interface StructureStep {
  /** The header of a well-formed entry, else null. */
  readonly check: (stored: StoredEntry) => EntryHeader | null;
}

/** @param first index at which the entries begin: 0, or where those before were archived. */
export function createStructureStep(tally: Tally, first = 0): StructureStep {
  let expected = first;
  let time = 0;
  return {
    check: (stored) => {
      tally.checked('structure');
      checkPosition(stored.index, expected, tally);
      expected = Math.max(expected, stored.index + 1);

      const parsed = glanceEntry(stored.header);
      if (!parsed.ok) {
        tally.failed(
          'structure',
          'entry_malformed',
          stored.index,
          `entry ${stored.index}: ${parsed.error.message}`,
        );
        return null;
      }
      const entry = parsed.value;
      if (entry.index !== stored.index) {
        tally.failed(
          'structure',
          'entry_misplaced',
          stored.index,
          `entry ${stored.index} is stored there but was written as entry ${entry.index}`,
        );
      }
      if (entry.time < time) {
        const message = `entry ${stored.index} is older than the entry before it`;
        tally.failed('structure', 'time_backwards', stored.index, message);
      }
      time = entry.time;
      checkOpening(entry, stored.index, tally);
      return entry;
    },
  };
}

function checkPosition(index: number, expected: number, tally: Tally): void {
  if (index > expected) {
    const gap = index - expected === 1 ? `entry ${expected} is` : `entries ${expected} to ${index - 1} are`;
    tally.failed(
      'structure',
      'entry_missing',
      expected,
      `${gap} missing: the next one stored is entry ${index}`,
    );
  } else if (index < expected) {
    tally.failed(
      'structure',
      'entry_out_of_order',
      index,
      `entry ${index} comes again, or too late: entry ${expected} was expected`,
    );
  }
}

function checkOpening(entry: EntryHeader, index: number, tally: Tally): void {
  if (index === 0 && entry.kind !== 'log.opened') {
    tally.failed(
      'structure',
      'log_not_opened',
      0,
      `entry 0 is \`${entry.kind}\`; a log begins with \`log.opened\``,
    );
  } else if (index !== 0 && entry.kind === 'log.opened') {
    tally.failed('structure', 'log_opened_twice', index, `entry ${index} opens the log a second time`);
  }
}
