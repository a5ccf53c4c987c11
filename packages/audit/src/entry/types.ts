// The TypeScript types of entries, derived from the schema table, so that a header or a draft that the
// verifier would refuse does not compile.

import type { Id } from '../ids.ts';
import type { Digest } from '../sha256.ts';
import type { ValueOf } from './fields.ts';
import type { ENTRY_KINDS, ENTRY_VERSION } from './kinds.ts';
import type { DECISION, OPERATION, OUTCOME, PROTOCOL, REASON, REJECT, REVISION } from './vocabulary.ts';

export type Protocol = ValueOf<typeof PROTOCOL>;
export type Revision = ValueOf<typeof REVISION>;
export type Operation = ValueOf<typeof OPERATION>;
export type Decision = ValueOf<typeof DECISION>;
export type Reason = ValueOf<typeof REASON>;
export type Outcome = ValueOf<typeof OUTCOME>;
export type Reject = ValueOf<typeof REJECT>;

type Kinds = typeof ENTRY_KINDS;

export type EntryKind = keyof Kinds;

// WHY: TypeScript lets an object literal with any member pass as `{}`; an empty body must stay empty.
type Closed<T> = [keyof T] extends [never] ? Readonly<Record<string, never>> : T;

/** The closed body of one kind, as it is written. */
export type EntryBody<K extends EntryKind> = Closed<{
  readonly [F in keyof Kinds[K]['body']]: ValueOf<Kinds[K]['body'][F]>;
}>;

type Later<K extends EntryKind, P extends 'body' | 'commits'> = Kinds[K] extends {
  readonly later: Readonly<Record<P, readonly (infer N)[]>>;
}
  ? N
  : never;

/** What came later is absent in entries that were written before; that is not null, which says that there was none. */
type AsRead<T, N> = [N] extends [never]
  ? T
  : { readonly [F in Exclude<keyof T, N>]: T[F] } & { readonly [F in Extract<keyof T, N>]?: T[F] };

/** The names of the details that one kind may commit to. */
export type DetailName<K extends EntryKind = EntryKind> = Kinds[K]['commits'][number];

type CallOf<K extends EntryKind> = Kinds[K]['call'] extends 'required' ? Id<'call'> : Id<'call'> | null;

/**
 * The place of an entry in its chain: `seq` counts the chain's entries from 0; `prevLog` (SHA-256 of the
 * origin), `prevIndex` and `prevLeaf` name the chain's previous entry, all null for its first.
 */
export interface ChainLink {
  readonly seq: number;
  readonly prevLog: Digest | null;
  readonly prevIndex: number | null;
  readonly prevLeaf: Digest | null;
}

export interface ChainRef extends ChainLink {
  readonly id: Id<'chain'>;
}

/** The header of an entry, discriminated by `kind`. `time` is in microseconds since the Unix epoch. */
export type EntryHeader<K extends EntryKind = EntryKind> = {
  [P in K]: {
    readonly v: typeof ENTRY_VERSION;
    readonly kind: P;
    readonly index: number;
    readonly prev: Digest;
    readonly time: number;
    readonly node: Id<'node'>;
    readonly call: CallOf<P>;
    readonly agent: Id<'agt'> | null;
    readonly chain: ChainRef | null;
    readonly body: AsRead<EntryBody<P>, Later<P, 'body'>>;
    readonly commits: AsRead<Closed<{ readonly [N in DetailName<P>]: Digest | null }>, Later<P, 'commits'>>;
  };
}[K];

/** What a caller wants recorded. A detail that is left out becomes a null commit. */
export type EntryDraft<K extends EntryKind = EntryKind> = {
  [P in K]: {
    readonly kind: P;
    readonly call: CallOf<P>;
    readonly agent: Id<'agt'> | null;
    readonly chain: Id<'chain'> | null;
    readonly body: EntryBody<P>;
    readonly details: Closed<{ readonly [N in DetailName<P>]?: Uint8Array | string | undefined }>;
  };
}[K];

/** A value that a header commits to, as stored beside it. `salt` has 32 bytes. */
export interface Detail<N extends string = string> {
  readonly name: N;
  readonly salt: Uint8Array;
  readonly value: Uint8Array;
}
