// Builds proof bundles of test logs as an exporter would, line by line, so that tests can spoil them. For tests only.

import { fromUtf8, toBase64, toHex } from '../bytes.ts';
import { signCheckpoint } from '../checkpoint.ts';
import { parseEntry } from '../entry/parse.ts';
import {
  BUNDLE_VERSION,
  type BodyLine,
  type BundleDetail,
  type BundleSelection,
  type EntryLine,
} from '../bundle/types.ts';
import { createBundleWriter } from '../bundle/write.ts';
import { nodeHash } from '../merkle.ts';
import { generateNoteKey, importNoteSigner, type NoteSigner } from '../note-key.ts';
import { proveConsistency, proveInclusion, proveRange, type ReadNode } from '../proof/prove.ts';
import { type Digest, toDigest } from '../sha256.ts';
import type { StoredEntry } from '../verify/types.ts';
import { type LogBuilder, ORIGIN } from './log-builder.ts';

export const NOTHING_SELECTED: BundleSelection = {
  agent: null,
  call: null,
  chain: null,
  from: null,
  outcome: null,
  policy: null,
  to: null,
};

export interface BundleSpec {
  readonly log: Pick<LogBuilder, 'entries' | 'root'>;
  readonly signer: NoteSigner;
  /** Indexes of the entries, ascending; all of them unless given. */
  readonly indexes?: readonly number[];
  readonly selection?: Partial<BundleSelection>;
  /** Whether the selection's range is proven as a whole. */
  readonly isRange?: boolean;
  /** Sizes from which consistency is shown. */
  readonly since?: readonly number[];
  readonly withhold?: readonly string[];
  readonly algebra?: string;
  /** Lines before the entries, each put where its type belongs. */
  readonly more?: readonly BodyLine[];
}

const bits = (hashes: readonly Uint8Array[]): Digest[] => hashes.map(toDigest);

/** Reads the tree of a log from its leaves. */
export function readNode(entries: readonly StoredEntry[]): ReadNode {
  const at = (level: number, index: number): Uint8Array =>
    level === 0
      ? (entries[index]?.leaf ?? new Uint8Array(32))
      : nodeHash(at(level - 1, 2 * index), at(level - 1, 2 * index + 1));
  return ({ level, index }) => at(level, index);
}

export async function newSigner(origin = ORIGIN): Promise<NoteSigner> {
  const signer = await importNoteSigner((await generateNoteKey(origin)).skey);
  if (!signer.ok) throw new TypeError(signer.error.message);
  return signer.value;
}

/** The lines of a bundle but for the last. */
export async function bundleLines(spec: BundleSpec): Promise<BodyLine[]> {
  const { log, signer, selection = {}, isRange = false, since = [], more = [] } = spec;
  const { entries } = log;
  const size = entries.length;
  const read = readNode(entries);
  const indexes = spec.indexes ?? entries.map(({ index }) => index);
  const [from, to] = [selection.from ?? 0, selection.to ?? size];
  const lines: BodyLine[] = [
    {
      type: 'bundle',
      v: BUNDLE_VERSION,
      algebra: spec.algebra ?? 'test/1',
      disclosed: [],
      engine: 'none',
      export: null,
      generator: 'test',
      made: 1,
      origin: ORIGIN,
      selection: { ...NOTHING_SELECTED, ...selection },
    },
    { type: 'checkpoint', note: await signCheckpoint({ origin: ORIGIN, size, root: log.root() }, signer) },
  ];
  for (const older of since)
    lines.push({ type: 'consistency', from: older, hashes: bits(await proveConsistency(older, size, read)) });
  lines.push(...more);
  if (isRange) {
    const { before, after } = await proveRange({ from, to }, size, read);
    lines.push({ type: 'range', from, to, before: bits(before), after: bits(after) });
  }
  for (const index of indexes) {
    const stored = entries[index];
    if (stored === undefined) throw new RangeError(`the log has no entry ${index}`);
    const isMember = isRange && index >= from && index < to;
    const proof = isMember ? null : bits(await proveInclusion(index, size, read));
    lines.push(entryLine(stored, proof, spec.withhold ?? []));
  }
  return lines;
}

function entryLine(
  { index, header, leaf, details }: StoredEntry,
  proof: readonly Digest[] | null,
  withhold: readonly string[],
): EntryLine {
  const parsed = parseEntry(header);
  if (!parsed.ok) throw new TypeError(parsed.error.message);
  const committed = Object.entries(parsed.value.commits).flatMap(([name, digest]) =>
    digest === null ? [] : [name],
  );
  const stored = new Set(details.map(({ name }) => name));
  return {
    type: 'entry',
    index,
    header: fromUtf8(header) ?? '',
    leaf: toDigest(leaf),
    proof,
    selected: true,
    details: details.filter(({ name }) => !withhold.includes(name)).map(bundleDetail),
    withheld: committed.filter((name) => stored.has(name) && withhold.includes(name)),
    erased: committed.filter((name) => !stored.has(name)),
  };
}

function bundleDetail({ name, salt, value }: StoredEntry['details'][number]): BundleDetail {
  const text = fromUtf8(value);
  return { name, salt: toHex(salt), text, base64: text === null ? toBase64(value) : null };
}

/** The bytes of a bundle of these lines. */
export function bundleText(lines: readonly BodyLine[]): string {
  const writer = createBundleWriter();
  return lines.map((line) => writer.line(line)).join('') + writer.end();
}
