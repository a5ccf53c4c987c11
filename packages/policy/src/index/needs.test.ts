import { describe, expect, test } from 'vitest';
import { openCedar } from '../cedar-door.ts';
import { type Need, needsOf } from './needs.ts';

const cedar = openCedar();

function needs(condition: string, scope = 'principal, action, resource'): ReturnType<typeof needsOf> {
  const answer = cedar.policyToJson(`permit (${scope}) when { ${condition} };`);
  if (answer.type === 'failure') throw new Error(answer.errors[0]?.message ?? '');
  return needsOf([answer.json]);
}

/** Everything that is needed, as paths: `=` read as it is, `#` its tags, `^` with what it is tested to be in. */
function written(condition: string, scope?: string): string[] {
  const { everything, named, ...variables } = needs(condition, scope);
  const pathsOf = (at: string, { attributes, whole, tags, scopes, within, withinValues }: Need): string[] => [
    ...(whole ? [`${at}=`] : []),
    ...(tags ? [`${at}#`] : []),
    ...[...scopes, ...within].map((key) => `${at}^${key}`),
    ...(withinValues === 'anything' ? [`${at}^*`] : withinValues.map((path) => `${at}^${path.join('.')}`)),
    ...attributes.flatMap(([name, need]) => [`${at}.${name}`, ...pathsOf(`${at}.${name}`, need)]),
  ];
  return [
    ...(everything ? ['everything'] : []),
    ...Object.entries(variables).flatMap(([name, need]) => pathsOf(name, need)),
    ...named.flatMap(({ uid, need }) => pathsOf(`${uid.type}::${uid.id}`, need)),
  ];
}

describe('a condition needs', () => {
  test.each<[string, string[]]>([
    ['true', []],
    ['principal.risk > 1', ['principal.risk', 'principal.risk=']],
    [
      'resource.server.team == principal.team',
      [
        'principal.team',
        'principal.team=',
        'resource.server',
        'resource.server.team',
        'resource.server.team=',
      ],
    ],
    ['context.input has a.b', ['context.input', 'context.input.a', 'context.input.a.b']],
    ['context.input == {"n": 1}', ['context.input', 'context.input=']],
    ['context.meta.hasTag("m")', ['context.meta', 'context.meta#']],
    ['resource in Server::"s"', ['resource^Server s']],
    ['resource in [Server::"s", Team::"t"]', ['resource^Server s', 'resource^Team t']],
    ['resource in principal.team', ['principal.team', 'resource^principal.team']],
    ['resource is Tool', []],
    ['resource is Tool in principal.team', ['principal.team', 'resource^principal.team']],
    [
      'resource in [principal.team, Team::"t"]',
      ['principal.team', 'principal.team=', 'resource^*', 'Team::t='],
    ],
    ['Agent::"a".risk > 1', ['Agent::a.risk', 'Agent::a.risk=']],
    ['principal == Agent::"a"', ['principal=', 'Agent::a=']],
    [
      '(if context.input.b then principal else resource).risk > 1',
      [
        'principal.risk',
        'principal.risk=',
        'resource.risk',
        'resource.risk=',
        'context.input',
        'context.input.b',
        'context.input.b=',
      ],
    ],
    ['{"who": principal}.who.risk > 1', ['everything', 'principal=']],
    ['{"n": 1}.n == 1', ['everything']],
    ['context.now < datetime("2026-01-01")', ['context.now', 'context.now=']],
  ])('%s', (condition, want) => {
    expect(written(condition)).toEqual(want);
  });

  test('what its scope tests for, and not what it is equal to', () => {
    expect(
      written(
        'true',
        'principal in Team::"t", action in [Action::"a", Action::"b"], resource == Tool::"s/x"',
      ),
    ).toEqual(['principal^Team t', 'action^Action a', 'action^Action b']);
    expect(written('true', 'principal is Agent in Team::"t", action, resource is Tool')).toEqual([
      'principal^Team t',
    ]);
  });
});
