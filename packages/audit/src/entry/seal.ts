// Making an entry: a draft and its place in the log become header bytes, leaf hash and salted details. The
// writer of a log calls this inside the transaction that assigns the index.

import { type Bytes, utf8 } from '../bytes.ts';
import { canonicalJson } from '../canonical.ts';
import { commitmentDigest, SALT_BYTES } from '../commitment.ts';
import type { Id } from '../ids.ts';
import { leafHash } from '../merkle.ts';
import { randomBytes, type RandomBytes } from '../random.ts';
import type { Digest } from '../sha256.ts';
import { headerProblem } from './check.ts';
import { ENTRY_KINDS, ENTRY_VERSION } from './kinds.ts';
import type { ChainLink, Detail, DetailName, EntryDraft, EntryHeader, EntryKind } from './types.ts';

/**
 * Where an entry goes. `prev` is the previous entry's leaf hash (for index 0: `originDigest`), `time` is in
 * microseconds since the Unix epoch, `chain` is the link for the draft's chain and null exactly when it has none.
 */
export interface EntryPosition {
  readonly index: number;
  readonly prev: Digest;
  readonly time: number;
  readonly node: Id<'node'>;
  readonly chain: ChainLink | null;
}

export interface SealedEntry<K extends EntryKind = EntryKind> {
  /** The canonical header bytes: what is hashed, stored and proven. */
  readonly header: Bytes;
  /** The same header as a value. */
  readonly entry: EntryHeader<K>;
  /** SHA-256(0x00 ‖ header), 32 bytes: the tree's leaf and the next entry's `prev`. */
  readonly leaf: Bytes;
  /** What the header commits to, in schema order, to be stored beside it. */
  readonly details: readonly Detail<DetailName<K>>[];
}

/**
 * Seals a draft. `random` is asked once, for all salts of the entry.
 * Throws a TypeError for a draft or position outside the schema: that is a bug in the caller, never bad input.
 */
export function sealEntry<K extends EntryKind>(
  draft: EntryDraft<K>,
  position: EntryPosition,
  random: RandomBytes = randomBytes,
): SealedEntry<K> {
  const given: Readonly<Record<string, Uint8Array | string | undefined>> = draft.details;
  const names: readonly string[] = ENTRY_KINDS[draft.kind].commits;
  const stray = Object.keys(given).find((name) => !names.includes(name));
  if (stray !== undefined) throw new TypeError(`\`${draft.kind}\` has no detail \`${stray}\``);
  if ((draft.chain === null) !== (position.chain === null)) {
    throw new TypeError('an entry has a chain link exactly when its draft names a chain');
  }

  const details = saltedDetails(names, given, random);
  const commits: Record<string, string | null> = Object.fromEntries(names.map((name) => [name, null]));
  for (const { name, salt, value } of details) commits[name] = commitmentDigest(name, salt, value);

  const entry = {
    v: ENTRY_VERSION,
    kind: draft.kind,
    index: position.index,
    prev: position.prev,
    time: position.time,
    node: position.node,
    call: draft.call,
    agent: draft.agent,
    chain: draft.chain === null ? null : { id: draft.chain, ...position.chain },
    body: draft.body,
    commits,
  };
  const text = canonicalJson(entry);
  const canonical: unknown = JSON.parse(text);
  const problem = headerProblem(canonical);
  if (problem !== null) throw new TypeError(`this \`${draft.kind}\` does not fit the schema: ${problem}`);
  const header = utf8(text);
  return {
    header,
    entry: canonical as EntryHeader<K>,
    leaf: leafHash(header),
    details: details as readonly Detail<DetailName<K>>[],
  };
}

function saltedDetails(
  names: readonly string[],
  given: Readonly<Record<string, Uint8Array | string | undefined>>,
  random: RandomBytes,
): readonly Detail[] {
  const present = names.flatMap((name) => {
    const value = given[name];
    return value === undefined ? [] : [{ name, value: typeof value === 'string' ? utf8(value) : value }];
  });
  const salts = present.length === 0 ? new Uint8Array(0) : random(SALT_BYTES * present.length);
  return present.map(({ name, value }, i) => ({
    name,
    // WHY slice: a view would drag the salts of all other details along when it is copied to another thread.
    salt: salts.slice(SALT_BYTES * i, SALT_BYTES * (i + 1)),
    value,
  }));
}
