import { describe, expect, it, test } from 'vitest';
import { describeProblems } from '../../config/problems.ts';
import { parseManifests } from '../manifests.ts';
import { type Kind, KINDS } from '../names.ts';
import { FIELDS, movesOf, onlyTakesAway } from './fields.ts';

/** As the schema itself tells them. */
function keysOf(kind: Kind): string[] {
  const parsed = parseManifests(
    `apiVersion: countersign.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: x}\nspec: {zzz: 1}`,
    null,
  );
  const told = parsed.ok ? '' : describeProblems(parsed.error);
  const line = told.split('\n').find((candidate) => candidate.includes('`spec.zzz`'));
  return [...(line?.split('allowed here: ')[1] ?? '').matchAll(/`(\w+)`/g)].map((match) => match[1] ?? '');
}

test.each(KINDS)('every field of %s is in the closed list, and no other', (kind) => {
  expect(Object.keys(FIELDS[kind]).toSorted()).toEqual(keysOf(kind).toSorted());
});

test('what decides is told from what only describes', () => {
  const plain = KINDS.flatMap((kind) =>
    Object.keys(FIELDS[kind])
      .filter((field) => movesOf(kind, field).length === 0)
      .map((field) => `${kind}.${field}`),
  );
  expect(plain).toEqual(['Team.description', 'Group.description', 'User.displayName']);
});

test.each(['nothing', '__proto__', 'toString'])(
  'a field that is not in the list (%s) moves nothing by mistake',
  (field) => {
    expect(() => movesOf('Agent', field)).toThrow(TypeError);
  },
);

describe('what only takes away', () => {
  const identity = (value: string) => ({ issuer: 'corp', claim: 'client_id', value });
  it.each<[Kind, string, unknown, unknown, boolean]>([
    ['Agent', 'status', 'active', 'quarantined', true],
    ['Agent', 'status', 'active', 'retired', true],
    ['Agent', 'status', 'quarantined', 'active', false],
    ['User', 'active', true, false, true],
    ['User', 'active', false, true, false],
    ['Agent', 'identities', [identity('a'), identity('b')], [identity('b')], true],
    ['Agent', 'identities', [identity('a')], [], true],
    ['Agent', 'identities', [identity('a')], [identity('b')], false],
    ['Agent', 'identities', [], [identity('b')], false],
    // Policies may forbid by any of these, or permit by its absence.
    ['Agent', 'capabilities', ['pay'], [], false],
    ['Agent', 'risk', 'high', 'low', false],
    ['User', 'groups', ['finance'], [], false],
    ['MCPServer', 'labels', ['pii'], [], false],
  ])('%s.%s from %j to %j: %s', (kind, field, before, after, wanted) => {
    expect(onlyTakesAway(kind, field, before, after)).toBe(wanted);
  });
});
