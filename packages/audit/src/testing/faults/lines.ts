// Bundles whose lines were changed, dropped or slipped in after the log was written: the log is right, what is told of it is
// not. For tests only.

import { utf8 } from '../../bytes.ts';
import { BUNDLE_LIMITS, type BodyLine } from '../../bundle/types.ts';
import { digestOf, toDigest } from '../../sha256.ts';
import type { FailureCode } from '../../verify/types.ts';
import { asIs, judged, onEntry, SIZE, type SpoiltBundle, spoilt, STORY, without } from './spoilt.ts';

const { at: AT, chain, log } = STORY;
const all = log.entries.map(({ index }) => index);

/** The whole file, changed as a text. */
async function retyped(change: (text: string) => string): Promise<SpoiltBundle> {
  return judged(change((await spoilt(null, asIs)).text), null);
}

export const CHANGED_LINES = {
  bundle_malformed: async () => judged('{"type":"bundle"}\n', null),
  bundle_too_large: async () => judged(`{"algebra":"${'x'.repeat(BUNDLE_LIMITS.lineBytes)}"}\n`, null),
  bundle_truncated: () => retyped((text) => text.slice(0, text.lastIndexOf('{"digest"'))),
  bundle_altered: () => retyped((text) => text.replace('"generator":"test"', '"generator":"tess"')),
  entry_malformed: () =>
    spoilt(
      3,
      onEntry(3, (line) => ({ ...line, header: ` ${line.header}` })),
    ),
  entry_misplaced: () =>
    spoilt(
      SIZE + 3,
      onEntry(SIZE - 1, (line) => ({ ...line, index: SIZE + 3 })),
    ),
  entry_not_selected: () => spoilt(3, asIs, { selection: { to: 3 } }),
  leaf_mismatch: () =>
    spoilt(
      3,
      onEntry(3, (line) => ({ ...line, leaf: digestOf('another') })),
    ),
  detail_tampered: () =>
    spoilt(
      AT.denied,
      onEntry(AT.denied, (line) => ({
        ...line,
        details: line.details.map((one) => ({ ...one, text: 'x' })),
      })),
    ),
  detail_uncommitted: () =>
    spoilt(
      3,
      onEntry(3, (line) => ({ ...line, withheld: [...line.withheld, 'shown'] })),
    ),
  detail_missing: () =>
    spoilt(
      AT.held,
      onEntry(AT.held, (line) => ({ ...line, details: [], erased: ['caller', 'request'] })),
    ),
  inclusion_missing: () =>
    spoilt(
      3,
      onEntry(3, (line) => ({ ...line, proof: null })),
    ),
  inclusion_invalid: () =>
    spoilt(
      3,
      onEntry(3, (line) => ({ ...line, proof: line.proof?.toReversed() ?? null })),
    ),
  range_incomplete: () => spoilt(4, without(4), { isRange: true }),
  range_root: () =>
    spoilt(
      null,
      (lines) =>
        lines.map((line) =>
          line.type === 'range' ? { ...line, before: line.before.map(() => digestOf('x')) } : line,
        ),
      { isRange: true, selection: { from: 2 }, indexes: all.slice(2) },
    ),
  chain_incomplete: () =>
    spoilt(
      AT.allowed,
      (lines) =>
        lines.map((line) => (line.type === 'entry' ? { ...line, selected: line.index >= AT.held } : line)),
      { selection: { chain }, indexes: all.filter((index) => index !== AT.reviewed) },
    ),
  policy_set_mismatch: () => {
    const salt = log.entries[AT.activated]?.details.find(({ name }) => name === 'sources')?.salt;
    const line: BodyLine = {
      type: 'policySet',
      digest: digestOf('the set'),
      entry: AT.activated,
      salt: toDigest(salt ?? utf8('')),
      sources: STORY.sources.replace('permit', 'forbid'),
    };
    return spoilt(AT.activated, asIs, { more: [line], withhold: ['sources'] });
  },
} as const satisfies Partial<Record<FailureCode, () => Promise<SpoiltBundle>>>;
