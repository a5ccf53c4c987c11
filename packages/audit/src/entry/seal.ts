// Making an entry: a draft and its place in the log become header bytes, leaf hash and salted details. The
// writer of a log calls this inside the transaction that assigns the index.

import { allUtf8, type Bytes, utf8 } from '../bytes.ts';
import { commitmentDigest, SALT_BYTES } from '../commitment.ts';
import type { Id } from '../ids.ts';
import { leafHash } from '../merkle.ts';
import { randomBytes, type RandomBytes } from '../random.ts';
import type { Digest } from '../sha256.ts';
import { headerProblem } from './check.ts';
import { ENTRY_KINDS, ENTRY_VERSION, type KindSpec } from './kinds.ts';
import { printHeader } from './print.ts';
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
  const order = ORDER.get(draft.kind) ?? NOTHING;
  for (const name in given) {
    if (!order.schema.includes(name)) throw new TypeError(`\`${draft.kind}\` has no detail \`${name}\``);
  }
  if ((draft.chain === null) !== (position.chain === null)) {
    throw new TypeError('an entry has a chain link exactly when its draft names a chain');
  }

  const details = saltedDetails(order.schema, given, random);
  const commits: Record<string, Digest | null> = { ...order.none };
  for (const { name, salt, value } of details) commits[name] = commitmentDigest(name, salt, value);
  const entry = {
    agent: draft.agent,
    body: draft.body,
    call: draft.call,
    chain: draft.chain === null || position.chain === null ? null : linkOf(draft.chain, position.chain),
    commits,
    index: position.index,
    kind: draft.kind,
    node: position.node,
    prev: position.prev,
    time: position.time,
    v: ENTRY_VERSION,
  };
  const text = printHeader({ ...entry, commits: textOf(commits, order) });
  if (text === null) throw new TypeError(misfit(entry));
  const header = utf8(text);
  return {
    header,
    entry: entry as unknown as EntryHeader<K>,
    leaf: leafHash(header),
    details: details as readonly Detail<DetailName<K>>[],
  };
}

interface Order {
  /** The names of details as the schema has them. */
  readonly schema: readonly string[];
  /** What stands in a header that commits to nothing. */
  readonly none: Readonly<Record<string, null>>;
  /** In canonical order, each with the text before its digest. */
  readonly printed: readonly { readonly name: string; readonly before: string }[];
}

const ORDER: ReadonlyMap<string, Order> = new Map(
  Object.entries<KindSpec>(ENTRY_KINDS).map(([kind, { commits }]) => [
    kind,
    {
      schema: commits,
      none: Object.fromEntries([...commits].sort().map((name) => [name, null])),
      printed: [...commits]
        .sort()
        .map((name, at) => ({ name, before: `${at === 0 ? '' : ','}${JSON.stringify(name)}:` })),
    },
  ]),
);
const NO_SALTS = new Uint8Array(0);
const NOTHING: Order = { schema: [], none: {}, printed: [] };

function textOf(commits: Readonly<Record<string, Digest | null>>, { printed }: Order): string {
  let text = '{';
  for (const { name, before } of printed) {
    const digest = commits[name];
    text += before;
    text += digest === null ? 'null' : `"${digest}"`;
  }
  return `${text}}`;
}

/** What printing refused, in words. */
function misfit(
  header: Readonly<Record<string, unknown>> & { readonly kind: EntryKind; readonly body: object },
): string {
  const { kind, body } = header;
  const members: readonly string[] = Object.keys(ENTRY_KINDS[kind]?.body ?? {}).sort();
  const given = body as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(given).find((name) => !members.includes(name));
  const problem =
    unknown === undefined
      ? headerProblem({ ...header, body: Object.fromEntries(members.map((name) => [name, given[name]])) })
      : `\`body.${unknown}\` is not a member of this kind`;
  return `this \`${kind}\` does not fit the schema: ${problem ?? 'it cannot be printed'}`;
}

function linkOf(id: Id<'chain'>, { seq, prevLog, prevIndex, prevLeaf }: ChainLink) {
  return { id, prevIndex, prevLeaf, prevLog, seq };
}

function saltedDetails(
  names: readonly string[],
  given: Readonly<Record<string, Uint8Array | string | undefined>>,
  random: RandomBytes,
): readonly Detail[] {
  const present = names.filter((name) => given[name] !== undefined);
  const salts = present.length === 0 ? NO_SALTS : random(SALT_BYTES * present.length);
  const values = allUtf8(present.map((name) => given[name] ?? ''));
  return present.map((name, i) => ({
    name,
    // WHY slice: a view would drag the salts of all other details along when it is copied to another thread.
    salt: salts.slice(SALT_BYTES * i, SALT_BYTES * (i + 1)),
    value: values[i] as Uint8Array,
  }));
}
