// Making an entry: a draft and its place in the log become header bytes, leaf hash and salted details. The
// writer of a log calls this inside the transaction that assigns the index.

import { allUtf8, type Bytes, fromUtf8, joinUtf8, utf8 } from '../bytes.ts';
import { commitmentDigest, SALT_BYTES } from '../commitment.ts';
import type { Id } from '../ids.ts';
import { leafHash } from '../merkle.ts';
import { randomBytes, type RandomBytes } from '../random.ts';
import type { Digest } from '../sha256.ts';
import { headerProblem } from './check.ts';
import { ENTRY_KINDS, ENTRY_VERSION, type KindSpec } from './kinds.ts';
import { type Back, type Front, printBack, printFront } from './print.ts';
import type { ChainLink, ChainRef, Detail, DetailName, EntryDraft, EntryHeader, EntryKind } from './types.ts';

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

/** What of an entry does not depend on its place in the log. Plain data: another thread may go on with it. */
export interface Unplaced {
  readonly kind: EntryKind;
  readonly chain: Id<'chain'> | null;
  /** The bytes of the header up to its member `chain`. */
  readonly front: Uint8Array;
  /** Those of its member `commits`. */
  readonly commits: Uint8Array;
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
  const { unplaced, details } = prepareEntry(draft, random);
  const sealed = placeEntry(unplaced, position);
  const { agent, body, call, chain, kind } = draft;
  const { index, node, prev, time } = position;
  const commits = jsonOf(unplaced.commits);
  const link = linkOf(chain, position.chain);
  const entry = { agent, body, call, chain: link, commits, index, kind, node, prev, time, v: ENTRY_VERSION };
  return { ...sealed, entry: entry as unknown as EntryHeader<K>, details };
}

/** The first half of sealing, for which the place need not be known. Throws as `sealEntry` does. */
export function prepareEntry<K extends EntryKind>(
  draft: EntryDraft<K>,
  random: RandomBytes = randomBytes,
): { readonly unplaced: Unplaced; readonly details: SealedEntry<K>['details'] } {
  const given: Readonly<Record<string, Uint8Array | string | undefined>> = draft.details;
  const { kind, chain } = draft;
  const order = ORDER.get(kind) ?? NOTHING;
  for (const name in given) {
    if (!order.schema.includes(name)) throw new TypeError(`\`${kind}\` has no detail \`${name}\``);
  }
  const front = printFront(draft);
  if (front === null) throw new TypeError(misfit(draft));
  const details = saltedDetails(order.schema, given, random);
  const digests: Record<string, Digest> = {};
  for (const { name, salt, value } of details) digests[name] = commitmentDigest(name, salt, value);
  const unplaced = { kind, chain, front: utf8(front), commits: utf8(textOf(digests, order)) };
  return { unplaced, details: details as readonly Detail<DetailName<K>>[] };
}

/** The other half. Throws as `sealEntry` does. */
export function placeEntry(
  { kind, chain, front, commits }: Unplaced,
  position: EntryPosition,
): { readonly header: Bytes; readonly leaf: Bytes } {
  if ((chain === null) !== (position.chain === null)) {
    throw new TypeError('an entry has a chain link exactly when its draft names a chain');
  }
  const { index, node, prev, time } = position;
  const back = { chain: linkOf(chain, position.chain), index, node, prev, time };
  const around = printBack(kind, back);
  if (around === null)
    throw new TypeError(misfit({ ...(jsonOf(joinUtf8(front, 'null}')) as Front), kind }, back));
  const header = joinUtf8(front, around.before, commits, around.after);
  return { header, leaf: leafHash(header) };
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

function textOf(commits: Readonly<Record<string, Digest>>, { printed }: Order): string {
  let text = '{';
  for (const { name, before } of printed) {
    const digest = commits[name];
    text += before;
    text += digest === undefined ? 'null' : `"${digest}"`;
  }
  return `${text}}`;
}

const jsonOf = (bytes: Uint8Array): unknown => JSON.parse(fromUtf8(bytes) ?? '');

/** What printing refused, in words. */
function misfit({ kind, agent, body, call }: Front, back: Partial<Back> = {}): string {
  const members: readonly string[] = Object.keys(ENTRY_KINDS[kind]?.body ?? {}).sort();
  const given = body as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(given).find((name) => !members.includes(name));
  const sorted = Object.fromEntries(members.map((name) => [name, given[name]]));
  const { chain = null, index, node, prev, time } = back;
  const none = ORDER.get(kind)?.none;
  const header = {
    agent,
    body: sorted,
    call,
    chain,
    commits: none,
    index,
    kind,
    node,
    prev,
    time,
    v: ENTRY_VERSION,
  };
  const problem =
    unknown === undefined ? headerProblem(header) : `\`body.${unknown}\` is not a member of this kind`;
  return `this \`${kind}\` does not fit the schema: ${problem ?? 'it cannot be printed'}`;
}

function linkOf(id: Id<'chain'> | null, link: ChainLink | null): ChainRef | null {
  if (id === null || link === null) return null;
  const { seq, prevLog, prevIndex, prevLeaf } = link;
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
