// Making an entry: a draft and its place in the log become header bytes, leaf hash and salted details. The
// writer of a log calls this inside the transaction that assigns the index.

import { type Bytes, utf8 } from '../bytes.ts';
import { commitmentDigest, SALT_BYTES } from '../commitment.ts';
import type { Id } from '../ids.ts';
import { leafHash } from '../merkle.ts';
import { randomBytes, type RandomBytes } from '../random.ts';
import type { Digest } from '../sha256.ts';
import { headerProblem } from './check.ts';
import { ENTRY_KINDS, ENTRY_VERSION, type KindSpec } from './kinds.ts';
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
  const commits = new Map(
    details.map(({ name, salt, value }) => [name, commitmentDigest(name, salt, value)]),
  );
  // Members stand in canonical order, and the check refuses any other, so that what is printed is the canonical text.
  const order = ORDER.get(draft.kind) ?? NOTHING;
  const body: Readonly<Record<string, unknown>> = draft.body;
  const entry = {
    agent: draft.agent,
    body: ordered(order.body, (name) => body[name]),
    call: draft.call,
    chain: draft.chain === null || position.chain === null ? null : linkOf(draft.chain, position.chain),
    commits: ordered(order.commits, (name) => commits.get(name) ?? null),
    index: position.index,
    kind: draft.kind,
    node: position.node,
    prev: position.prev,
    time: position.time,
    v: ENTRY_VERSION,
  };
  const unknown = Object.keys(body).find((name) => !Object.hasOwn(entry.body, name));
  const problem =
    unknown === undefined ? headerProblem(entry) : `\`body.${unknown}\` is not a member of this kind`;
  if (problem !== null) throw new TypeError(`this \`${draft.kind}\` does not fit the schema: ${problem}`);
  const header = utf8(JSON.stringify(entry));
  return {
    header,
    entry: entry as unknown as EntryHeader<K>,
    leaf: leafHash(header),
    details: details as readonly Detail<DetailName<K>>[],
  };
}

interface Order {
  readonly body: readonly string[];
  readonly commits: readonly string[];
}

const ORDER: ReadonlyMap<string, Order> = new Map(
  Object.entries<KindSpec>(ENTRY_KINDS).map(([kind, { body, commits }]) => [
    kind,
    { body: Object.keys(body).sort(), commits: [...commits].sort() },
  ]),
);
const NOTHING: Order = { body: [], commits: [] };

function ordered(names: readonly string[], valueOf: (name: string) => unknown): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (const name of names) members[name] = valueOf(name);
  return members;
}

function linkOf(id: Id<'chain'>, { seq, prevLog, prevIndex, prevLeaf }: ChainLink) {
  return { id, prevIndex, prevLeaf, prevLog, seq };
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
