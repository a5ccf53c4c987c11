// Level "details" of a bundle: what is disclosed is what the header commits to, and everything else that it commits to is
// named as withheld or erased. A name that is in no list was left out in silence, and what is called erased without an
// entry that says so may have been: both are failures.

import { fromBase64, fromHex, utf8 } from '../bytes.ts';
import { commitmentDigest } from '../commitment.ts';
import type { Detail, EntryHeader } from '../entry/types.ts';
import { readRedaction } from '../verify/redactions.ts';
import type { Tally } from '../verify/tally.ts';
import type { BundleDetail, EntryLine } from './types.ts';
import { createUnexplained } from './unexplained.ts';

interface DetailCounts {
  disclosed: number;
  withheld: number;
  erased: number;
  tampered: number;
}

export interface BundleDetailStep {
  /** The details that are what the header commits to. */
  readonly check: (entry: EntryHeader, line: EntryLine) => readonly Detail[];
  /** At the end: what was called erased must have been redacted by an entry of the bundle. */
  readonly finish: () => void;
  readonly counts: Readonly<DetailCounts>;
}

export function createBundleDetailStep(tally: Tally): BundleDetailStep {
  const counts: DetailCounts = { disclosed: 0, withheld: 0, erased: 0, tampered: 0 };
  // A redaction comes after what it redacts: until then it is not known which of these were.
  const unexplained = createUnexplained();

  return {
    counts,
    finish: () => {
      for (const [index, names] of unexplained.left()) {
        const shown = names.map((name) => `\`${name}\``).join(', ');
        tally.failed(
          'details',
          'detail_missing',
          index,
          `MISSING: ${shown} of entry ${index} is called erased, and no entry of the bundle says that it was redacted`,
        );
      }
    },
    check: ({ index, kind, commits: record }, line) => {
      const commits: Readonly<Record<string, string | null>> = record;
      const good: Detail[] = [];
      const seen = new Set<string>();
      const take = (name: string): string | null => {
        tally.checked('details');
        const committed = Object.hasOwn(commits, name) ? (commits[name] ?? null) : null;
        const isNew = committed !== null && !seen.has(name);
        seen.add(name);
        if (isNew) return committed;
        counts.tampered += 1;
        tally.failed(
          'details',
          'detail_uncommitted',
          index,
          `entry ${index} comes with a detail \`${name.slice(0, 64)}\` that its header does not commit to`,
        );
        return null;
      };
      for (const disclosed of line.details) {
        const committed = take(disclosed.name);
        if (committed === null) continue;
        const detail = detailOf(disclosed);
        if (detail !== null && commitmentDigest(detail.name, detail.salt, detail.value) === committed) {
          counts.disclosed += 1;
          good.push(detail);
          continue;
        }
        counts.tampered += 1;
        tally.failed(
          'details',
          'detail_tampered',
          index,
          `the detail \`${disclosed.name}\` of entry ${index} was changed: it is not what the header commits to`,
        );
      }
      for (const name of line.withheld) if (take(name) !== null) counts.withheld += 1;
      for (const name of line.erased) {
        if (take(name) === null) continue;
        counts.erased += 1;
        unexplained.add(index, name);
      }
      for (const name in commits) {
        if (commits[name] === null || seen.has(name)) continue;
        tally.failed(
          'details',
          'detail_missing',
          index,
          `entry ${index} commits to a detail \`${name}\`, of which the bundle does not say whether it is withheld or erased`,
        );
      }
      const targets = kind === 'log.redacted' ? good.find(({ name }) => name === 'targets') : undefined;
      for (const range of targets === undefined ? [] : readRedaction(targets.value))
        unexplained.redact(range);
      return good;
    },
  };
}

/** Null where it has not exactly one of text and bytes. */
function detailOf({ name, salt, text, base64 }: BundleDetail): Detail | null {
  if ((text === null) === (base64 === null)) return null;
  const value = text === null ? fromBase64(base64 ?? '') : utf8(text);
  const bytes = fromHex(salt);
  return value === null || bytes === null ? null : { name, salt: bytes, value };
}
