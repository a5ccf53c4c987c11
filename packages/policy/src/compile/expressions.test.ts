import { describe, expect, test } from 'vitest';
import { openCedar } from '../cedar-door.ts';
import { isAffected, mentionsOf } from './expressions.ts';

const cedar = openCedar();

function mentions(condition: string, scope = 'principal, action, resource'): ReturnType<typeof mentionsOf> {
  const answer = cedar.policyToJson(`permit (${scope}) when { ${condition} };`);
  if (answer.type === 'failure') throw new Error(answer.errors[0]?.message);
  return mentionsOf(answer.json);
}

const reads = (condition: string): string[] =>
  mentions(condition).reads.map(({ path, presenceOnly }) => `${presenceOnly ? 'has ' : ''}${path.join('.')}`);

describe('reads', () => {
  test.each<[string, string[]]>([
    ['context.input.a.b > 1', ['context.input.a.b']],
    ['context.input["a b"] == 1', ['context.input.a b']],
    ['context has subject', ['has context.subject']],
    ['context has a.b.c', ['has context.a.b.c']],
    ['context has a && context.a == 1', ['context.a']],
    ['context.a == 1 && context has a', ['context.a']],
    ['principal.team == resource.server.team', ['principal.team', 'resource.server.team']],
    ['resource in principal.team', ['resource', 'principal.team']],
    ['context == {a: 1}', ['context']],
    [
      '(if principal.x then context.input else context.other).b == 1',
      ['principal.x', 'context.input', 'context.other'],
    ],
    ['{a: context.q, Value: context.v, attr: context.w}.a == 1', ['context.v', 'context.q', 'context.w']],
    ['[context.a, [context.b]].contains(context.c)', ['context.a', 'context.b', 'context.c']],
    ['context.m.hasTag("x") && context.m.getTag(context.n) == "y"', ['context.m', 'context.n']],
    [
      'context.d.lessThan(decimal("1.0")) && context.t.toDate() == datetime("2024-01-01")',
      ['context.d', 'context.t'],
    ],
    ['context.s like "a*" && !context.b && -context.l < 1', ['context.s', 'context.b', 'context.l']],
    ['principal is Agent in context.g', ['principal', 'context.g']],
    ['action == Action::"x"', ['action']],
    ['context.s == "context.input.x"', ['context.s']],
  ])('of %s', (condition, want) => {
    expect(reads(condition)).toEqual(want);
  });
});

describe('names', () => {
  test('entities in scope and conditions are found', () => {
    const { entities } = mentions(
      'principal.team == Team::"t" && [User::"u"].contains(principal.owner)',
      'principal in Group::"g", action in [Action::"a"], resource is Tool in Server::"s"',
    );
    expect(entities.map(({ type, id }) => `${type} ${id}`)).toEqual([
      'Group g',
      'Action a',
      'Server s',
      'Team t',
      'User u',
    ]);
  });

  test('a test of membership names its type, or may be of any', () => {
    expect(mentions('principal in Team::"t"').within).toEqual(['Team']);
    expect(mentions('principal in [Team::"t", Group::"g"]').within).toEqual(['Team', 'Group']);
    expect(mentions('principal is Agent in Team::"t"').within).toEqual(['Team']);
    expect(mentions('resource in principal.team').within).toEqual(['*']);
    expect(
      mentions('true', 'principal in Group::"g", action == Action::"a", resource is Tool in Server::"s"')
        .within,
    ).toEqual(['Group', 'Server']);
  });
});

describe('what is lost', () => {
  const value = { path: ['context', 'input', 'a'], presenceOnly: false };
  const presence = { ...value, presenceOnly: true };

  test('affects a read of it, above it and within it', () => {
    expect(isAffected(value, ['context', 'input', 'a'])).toBe(true);
    expect(isAffected(value, ['context', 'input', 'a', 'b'])).toBe(true);
    expect(isAffected(value, ['context', 'input'])).toBe(true);
    expect(isAffected(value, ['context', 'input', 'b'])).toBe(false);
  });

  test('affects a test for presence only of itself and above', () => {
    expect(isAffected(presence, ['context', 'input', 'a'])).toBe(true);
    expect(isAffected(presence, ['context', 'input'])).toBe(true);
    expect(isAffected(presence, ['context', 'input', 'a', 'b'])).toBe(false);
  });
});
