// Bundles as an honest exporter makes them of drawn logs: a range, or a selection with a proof for each entry. For tests only.

import { fromUtf8, toHex } from '../../bytes.ts';
import { createLineDigest } from '../../bundle/digest.ts';
import type { BodyLine, PolicySetLine } from '../../bundle/types.ts';
import { canonicalJson, type CanonicalValue } from '../../canonical.ts';
import { parseEntry } from '../../entry/parse.ts';
import { appendLeaf, EMPTY_RANGE, rangeRoot } from '../../merkle.ts';
import type { NoteSigner } from '../../note-key.ts';
import type { Span } from '../../proof/spans.ts';
import { bundleLines } from '../../testing/bundle-builder.ts';
import type { StoredEntry } from '../types.ts';
import type { Scene } from './scene.ts';
import { log } from './world.ts';

export interface BundleCase {
  readonly scene: Scene;
  readonly isRange: boolean;
  readonly lines: readonly BodyLine[];
}

/** A range is of whole acts, so that what an entry needs is there. */
export async function bundleOf(scene: Scene, isRange: boolean): Promise<BundleCase> {
  const { bounds } = scene.honest;
  const first = scene.choices.mask % (bounds.length - 1);
  const last = first + 1 + (scene.choices.to % (bounds.length - 1 - first));
  const range = isRange ? { from: bounds[first] ?? 0, to: bounds[last] ?? 0 } : null;
  return { scene, isRange, lines: await exported(scene, scene.store.entries, log, range) };
}

/** What is exported of any entries, in the name of the log, by any key. Shows how it continues what is held, if it can. */
export async function exported(
  { held }: Pick<Scene, 'held'>,
  entries: readonly StoredEntry[],
  signer: NoteSigner,
  range: Span | null,
): Promise<readonly BodyLine[]> {
  const shown = range === null ? entries : entries.slice(range.from, range.to);
  return bundleLines({
    log: {
      entries: [...entries],
      root: (size = entries.length) =>
        rangeRoot(entries.slice(0, size).reduce((grown, { leaf }) => appendLeaf(grown, leaf), EMPTY_RANGE)),
    },
    signer,
    indexes: shown.map(({ index }) => index),
    selection: range ?? {},
    isRange: range !== null,
    since: held.size < entries.length ? [held.size] : [],
    more: shown.flatMap(policySetLine),
    withhold: ['sources'],
  });
}

function policySetLine({ header, details, index }: StoredEntry): PolicySetLine[] {
  const parsed = parseEntry(header);
  const sources = details.find(({ name }) => name === 'sources');
  if (!parsed.ok || parsed.value.kind !== 'policy.activated' || sources === undefined) return [];
  const { set } = parsed.value.body;
  const text = fromUtf8(sources.value) ?? '';
  return [{ type: 'policySet', digest: set, entry: index, salt: toHex(sources.salt), sources: text }];
}

/** The bytes of any lines, with a last line that fits: also of such as no writer would write. */
export function fileOf(lines: readonly BodyLine[]): string {
  const digest = createLineDigest();
  const texts = lines.map((line) => canonicalJson(line as unknown as CanonicalValue));
  for (const text of texts) digest.add(text);
  const entries = lines.filter(({ type }) => type === 'entry').length;
  const end = { type: 'end', digest: digest.value(), entries, lines: lines.length };
  return `${[...texts, canonicalJson(end)].join('\n')}\n`;
}
