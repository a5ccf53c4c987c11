// Whose values the entries of each kind hold: every kind of the format is looked at.
import { type EntryHeader, ENTRY_KINDS, type EntryKind, utf8 } from '@countersign/audit';
import { expect, test } from 'vitest';
import { DONE_BY, holderLeft, personIn } from './holder-name.ts';

/** What details are called that name a person who did something. */
const NAMING = ['actor', 'author', 'reviewer'];

/** Names that no erasure takes: who answers for the gateway itself (docs/how-to/erase-personal-data.md). */
const ON_RECORD: readonly `${EntryKind} ${string}`[] = [
  'registry.changed actor',
  'definition.accepted actor',
  'policy.activated author',
  'policy.shadowed author',
  'change.proposed author',
  'exposure.cleared actor',
  'key.rotated actor',
  'key.revoked actor',
  'log.read actor',
  'log.exported actor',
  'log.redacted actor',
  'log.pruned actor',
  'log.gap actor',
  'legal_hold.changed actor',
];

const KINDS = Object.entries(ENTRY_KINDS) as [EntryKind, (typeof ENTRY_KINDS)[EntryKind]][];

test('whoever is named in an entry of any kind as having done something can be forgotten, or stays on record on purpose', () => {
  const named = KINDS.flatMap(([kind, { commits }]) =>
    commits.filter((detail) => NAMING.includes(detail)).map((detail) => ({ kind, detail })),
  );
  expect(named.length).toBeGreaterThan(ON_RECORD.length);
  const kept = named.filter(({ kind, detail }) => DONE_BY[kind] !== detail);
  expect(kept.map(({ kind, detail }) => `${kind} ${detail}`)).toEqual(ON_RECORD);
});

test.each(KINDS)('what is left of %s is held by whomever it still names as having done it', (kind) => {
  const entry = { kind, body: {} } as unknown as EntryHeader;
  const all = [...ENTRY_KINDS[kind].commits];
  const left = (name: string) =>
    all.map((detail) => ({ name: detail, salt: new Uint8Array(), value: utf8(JSON.stringify({ name })) }));
  const detail = DONE_BY[kind];
  expect(holderLeft(entry, left('zelda'))).toBe(detail === null ? null : 'subject zelda');
  expect(
    holderLeft(
      entry,
      left('zelda').filter(({ name }) => name !== detail),
    ),
  ).toBeNull();
  expect(holderLeft(entry, left(''))).toBeNull();
  expect(personIn(entry, { [String(detail)]: 'no JSON' })).toBeNull();
});
