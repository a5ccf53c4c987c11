import { describe, expect, test } from 'vitest';
import { openCedar } from '../cedar-door.ts';
import { sha256Hex } from '../testing/facts.ts';
import { compileText, expectSet, schemaOf } from '../testing/set-up.ts';
import { compile } from './compile.ts';

const schema = schemaOf({
  tools: { 'crm/find': { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } } },
  groups: ['finance'],
});

function complaints(text: string): string[] {
  return compileText(text, schema).diagnostics.map((d) => `${d.line}:${d.column} ${d.severity} ${d.message}`);
}

describe('places', () => {
  test('a syntax error is named by file, line and column, in characters', () => {
    const result = compile(
      [
        { file: 'a.cedar', text: '@id("a") forbid(principal, action, resource);' },
        { file: 'b.cedar', text: '\n// é\n@id("é😀") permit(principal, action,, resource);' },
      ],
      schema,
      { sha256Hex },
    );
    expect(result.diagnostics).toEqual([
      {
        severity: 'error',
        file: 'b.cedar',
        line: 3,
        column: 37,
        message: 'unexpected token `,`; expected `)` or identifier',
      },
    ]);
  });

  test('a type error is named by the place of the expression', () => {
    const text =
      '// first\n@id("a")\npermit(principal, action == Action::"crm/find", resource)\nwhen { context.input.m > 1 };';
    expect(complaints(text)[0]).toMatch(/^4:8 error attribute `input.m` .*not found; did you mean `n`\?/);
  });

  test('a wrong annotation is named by its own place', () => {
    expect(complaints('@id("a")\n  @quorom("2") permit(principal, action, resource);')[0]).toMatch(
      /^2:3 error unknown annotation `@quorom`; known are/,
    );
  });

  test('all that is wrong is said at once', () => {
    const text =
      '@id("a") permit(principal, action);\npermit(principal, action, resource);\n@id("b") @approve("x") permit(principal, action, resource);';
    expect(complaints(text).map((line) => line.slice(0, 3))).toEqual(['1:3', '2:1', '3:1']);
  });

  test('of a policy that is wrong nothing is said beyond what is wrong with it', () => {
    const text = '@id("open") permit (principal, action == Action::"crm/fnid", resource);';
    const { diagnostics } = compileText(text, schemaOf({ tools: { 'crm/find': {} } }));
    expect(diagnostics.map(({ severity }) => severity)).toEqual(['error']);
  });

  test('an impossible condition is a warning, and does not stop the set', () => {
    const result = compileText(
      '@id("a") permit(principal is Agent, action in Action::"mcp:client", resource);',
      schema,
    );
    expect(result.ok).toBe(true);
    expect(result.diagnostics.map(({ severity }) => severity)).toContain('warning');
  });
});

describe('annotations', () => {
  const guard = (annotations: string): string[] =>
    complaints(`@id("g") ${annotations} forbid(principal, action, resource);`);

  test('a guard says who approves, how many, how long and whether to give a reason', () => {
    const text =
      '@id("g") @approve("finance") @quorum("2") @expires("45m") @maxWait("4h") @reason("required") forbid(principal, action, resource);';
    expect(expectSet(compileText(text, schema)).byId.get('g')?.guard).toEqual({
      id: 'g',
      group: 'finance',
      quorum: 2,
      expiresMs: 2_700_000,
      maxWaitMs: 14_400_000,
      reasonRequired: true,
    });
  });

  test.each([
    ['@approve("nobody")', '`nobody` is not a registered group'],
    ['@approve', '`` is not a registered group'],
    ['@quorum("2")', '`@quorum` needs `@approve("<group>")` beside it'],
    ['@approve("finance") @quorum("0")', '`0` is not a quorum'],
    ['@approve("finance") @quorum("1e1")', '`1e1` is not a quorum'],
    ['@approve("finance") @expires("soon")', '`soon` is not a duration'],
    ['@approve("finance") @expires("31d")', '`31d` is not a duration'],
    ['@approve("finance") @reason("maybe")', '`maybe` is not a rule for reasons'],
    ['@label("pii")', '`@label` belongs on a permit'],
    ['@redact("input.ssn")', '`@redact` belongs on a permit'],
    ['@audit("always")', 'unknown annotation `@audit`'],
  ])('refuses %s', (annotations, message) => {
    expect(guard(annotations).join('\n')).toContain(message);
  });

  test('a guard on a permit is refused: it would permit unasked', () => {
    expect(complaints('@id("p") @approve("finance") permit(principal, action, resource);')[0]).toContain(
      '`@approve` belongs on a forbid',
    );
  });

  test.each(['', ' ', 'a b', 'é', `a${'b'.repeat(128)}`])('refuses the id %j', (id) => {
    expect(complaints(`@id("${id}") permit(principal, action, resource);`)[0]).toContain(
      'is not a usable id',
    );
  });
});

describe('identity of a set', () => {
  const a = '@id("a") permit(principal, action, resource);';
  const b = '@id("b") forbid(principal, action, resource) when { resource.risk > 2 };';
  const digestOf = (...texts: string[]): string =>
    expectSet(
      compile(
        texts.map((text, at) => ({ file: `${at}.cedar`, text })),
        schema,
        { sha256Hex },
      ),
    ).digest;

  test('does not depend on files, order or what stands between policies', () => {
    expect(digestOf(a, b)).toBe(digestOf(`// note\n${b}\n\n${a}`));
  });

  test('changes with one character of a policy', () => {
    expect(digestOf(a, b)).not.toBe(digestOf(a, b.replace('> 2', '> 1')));
  });

  test('an empty set is a set', () => {
    expect(digestOf()).toBe(sha256Hex('[]'));
  });
});

describe('hostile text', () => {
  const when = (condition: string): string =>
    `@id("x") permit(principal, action, resource) when { ${condition} };`;

  test.each([
    [
      '200 nested parentheses',
      when(`${'('.repeat(200)}true${')'.repeat(200)}`),
      'brackets nest deeper than 64',
    ],
    ['nested records', when(`${'{a:'.repeat(500)}1${'}'.repeat(500)} == 1`), 'brackets nest deeper than 64'],
    ['a chain of 5,000 operators', when(Array(5_000).fill('true').join(' && ')), 'complex|too many'],
    ['a chain of 300 attributes', when(`context${'.a'.repeat(300)}`), 'chain too many operators'],
    ['2,000 nested ifs', when(`${'if true then true else '.repeat(2_000)}false`), 'complex|too many'],
    ['a file of two million characters', `//${' '.repeat(2_000_000)}`, 'the file is longer than'],
    ['a string that never ends', '@id("x', 'unexpected|invalid'],
    [
      'an annotation named like a prototype',
      '@id("x") @__proto__("y") permit(principal, action, resource);',
      'unknown annotation',
    ],
  ])('%s is refused with a place', (_, text, message) => {
    const result = compileText(text, schema);
    expect(result.ok).toBe(false);
    expect(result.diagnostics[0]?.message).toMatch(new RegExp(message));
    expect(result.diagnostics[0]?.line).toBe(1);
  });

  test('text that kills the engine is refused, and what follows it is still checked', () => {
    // The same text with its brackets unguarded does kill an instance: the guard is not the only thing in its way.
    const open = () => {
      const cedar = openCedar();
      return {
        ...cedar,
        policyToJson: (policy: Parameters<typeof cedar.policyToJson>[0]) =>
          cedar.policyToJson(
            typeof policy === 'string'
              ? policy.replace('KILL', `${'('.repeat(200)}1${')'.repeat(200)}`)
              : policy,
          ),
      };
    };
    const text = `@id("a") permit(principal, action, resource) when { KILL == 1 };\n@id("b") permit(principal, actio, resource);`;
    const said = compileText(text, schema, open).diagnostics.map((d) => `${d.line} ${d.message}`);
    expect(said[0]).toMatch(/^1 the policy is too complex for the engine/);
    expect(said[1]).toMatch(/^2 found an invalid variable in the policy scope: actio/);
  });
});
