// Drafts of every kind of entry, made from the closed schema itself, so that a kind that is added is among them.
import {
  type CanonicalValue,
  ENTRY_KINDS,
  type EntryDraft,
  type EntryKind,
  type Id,
  newId,
} from '@countersign/audit';

/** From 0 up to, not including, 1. */
export type Random = () => number;

export function seededRandom(seed: number): Random {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export const oneOf = <T>(random: Random, of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;

/** Kinds that tell how a call goes: they make sense only in order. */
const OF_CALLS: readonly EntryKind[] = [
  'call.decided',
  'call.completed',
  'call.unknown',
  'approval.requested',
  'approval.reviewed',
  'approval.closed',
  'log.opened',
];

export const OTHER_KINDS: readonly EntryKind[] = (Object.keys(ENTRY_KINDS) as EntryKind[]).filter(
  (kind) => !OF_CALLS.includes(kind),
);

type Field = {
  readonly type: string;
  readonly values?: readonly string[];
  readonly prefixes?: readonly string[];
};

function valueOf(field: Field & { readonly of?: Field }, random: Random): CanonicalValue {
  switch (field.type) {
    case 'nullable':
      return random() < 0.5 || field.of === undefined ? null : valueOf(field.of, random);
    case 'id':
      return newId(oneOf(random, field.prefixes ?? []) as Parameters<typeof newId>[0]);
    case 'digest':
      return 'ab'.repeat(32);
    case 'uint':
      return Math.floor(random() * 1000);
    default:
      return oneOf(random, field.values ?? []);
  }
}

/** A draft that fits the schema of its kind; it says nothing sensible. */
export function anyDraft(kind: EntryKind, random: Random, call: Id<'call'>): EntryDraft {
  const { body, commits, call: needsCall } = ENTRY_KINDS[kind];
  const draft = {
    kind,
    call: needsCall === 'required' ? call : null,
    agent: null,
    chain: null,
    body: Object.fromEntries(
      Object.entries(body).map(([name, field]) => [name, valueOf(field as Field, random)]),
    ),
    details: Object.fromEntries(commits.filter(() => random() < 0.5).map((name) => [name, '["x"]'])),
  };
  return draft as unknown as EntryDraft;
}
