import { describe, expect, test } from 'vitest';
import { openCedar } from '../../cedar-door.ts';
import { compileText, schemaOf } from '../../testing/set-up.ts';

// One instance for all: none of these texts kills it.
const cedar = openCedar();
const schema = schemaOf({
  tools: { 'crm/find': {}, 'crm/drop': {}, 'pay/send': {} },
  groups: ['finance'],
  teams: ['sre', 'growth'],
});

/** Warnings as `<line>:<column> <policy> <message>`; policies without an id get p1, p2 and so on. */
function warnings(text: string): string[] {
  let count = 0;
  const named = text.replaceAll(
    /^(?=(?:@(?!id)[^\n]*\n?)*(?:permit|forbid))/gm,
    () => `@id("p${(count += 1)}") `,
  );
  const result = compileText(named, schema, () => cedar);
  expect(result.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return result.diagnostics.map(
    ({ line, column, policy, message }) => `${line}:${column} ${policy} ${message}`,
  );
}

const lines = (...texts: string[]): string => texts.join('\n');

describe('a permit without any condition', () => {
  test.each([
    'permit (principal, action, resource);',
    'permit (principal is Agent, action, resource is Tool);',
    'permit (principal, action, resource) when { true };',
    'permit (principal, action, resource) when { true } unless { false };',
    'permit (principal, action in Action::"mcp:tools/call", resource);',
    'permit (principal, action in [Action::"mcp:list", Action::"mcp"], resource);',
    'permit (principal, action == Action::"mcp:prompts/get", resource);',
    'permit (principal, action in Action::"a2a:message", resource);',
    'permit (principal is Server, action in Action::"mcp:client", resource);',
  ])('is warned of: %s', (text) => {
    expect(warnings(`// first\n${text}`)).toEqual([
      expect.stringMatching(/^2:1 p1 it permits this to everyone, .* without a condition: name a principal/),
    ]);
  });

  test.each([
    'permit (principal in Team::"sre", action, resource);',
    'permit (principal is Agent in Team::"sre", action, resource);',
    'permit (principal, action, resource in Server::"crm");',
    'permit (principal, action == Action::"crm/find", resource);',
    'permit (principal, action in [Action::"mcp:session", Action::"mcp:list"], resource);',
    'permit (principal, action == Action::"a2a:card", resource);',
    'permit (principal is Agent, action, resource) when { principal.risk < 2 };',
    'forbid (principal, action, resource);',
  ])('is not warned of where it asks for something: %s', (text) => {
    expect(warnings(text)).toEqual([]);
  });
});

describe('a server that nobody registered', () => {
  test.each([
    'permit (principal in Team::"sre", action, resource in Server::"crn");',
    'forbid (principal, action, resource) when { resource in Server::"crn" || resource == Server::"crn" };',
  ])('is warned of, once for each policy: %s', (text) => {
    expect(warnings(text)).toEqual([
      '1:1 p1 `Server::"crn"` is not registered, so no call goes there; register it or name another',
    ]);
  });
});

describe('a policy that can never apply', () => {
  test.each([
    ['forbid (principal, action, resource) when { false };', 'is impossible'],
    ['forbid (principal, action, resource) unless { true };', 'is impossible'],
    ['forbid (principal, action == Action::"mcp:list", resource);', 'unable to find an applicable action'],
    [
      'forbid (principal, action in Action::"mcp:list", resource is Tool);',
      'unable to find an applicable action',
    ],
    [
      'forbid (principal, action == Action::"mcp:tools/call", resource);',
      'write `action in Action::"mcp:tools/call"`',
    ],
    [
      'forbid (principal, action == Action::"crm/find", resource == Tool::"crm/drop");',
      'has the action `crm/drop`',
    ],
    [
      'forbid (principal, action == Action::"crm/find", resource in Server::"pay");',
      'is on the server `pay`',
    ],
    [
      'forbid (principal, action == Action::"crm/find", resource is Tool in Server::"pay");',
      'is on the server `pay`',
    ],
  ])('is warned of: %s', (text, message) => {
    const said = warnings(`\n  ${text.replace('forbid', '@id("p") forbid')}`);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(message);
    expect(said[0]).toContain('it can never apply');
    expect(said[0]).toMatch(/^2:3 p /);
  });

  test.each([
    'forbid (principal, action in Action::"mcp:tools/call", resource);',
    'forbid (principal, action in [Action::"mcp:tools/call"], resource is Tool in Server::"crm");',
    'forbid (principal, action == Action::"crm/find", resource == Tool::"crm/find");',
    'forbid (principal, action in [Action::"crm/find", Action::"pay/send"], resource in Server::"pay");',
    'forbid (principal, action == Action::"mcp:ping", resource == Server::"crm");',
  ])('is not warned of where a call could be in it: %s', (text) => {
    expect(warnings(text)).toEqual([]);
  });
});

describe('a permit that changes nothing', () => {
  const condition = 'when { resource.risk < 2 };';

  test.each([
    ['forbid (principal, action, resource);', `permit (principal in Team::"sre", action, resource);`],
    [
      'forbid (principal in Team::"sre", action, resource);',
      `permit (principal in Team::"sre", action == Action::"crm/find", resource) ${condition}`,
    ],
    [
      'forbid (principal is Agent, action in Action::"mcp", resource);',
      `permit (principal in Team::"sre", action in Action::"mcp:tools/call", resource) ${condition}`,
    ],
    [
      'forbid (principal, action in Action::"mcp", resource in Server::"crm");',
      `permit (principal, action == Action::"crm/find", resource) ${condition}`,
    ],
    [
      'forbid (principal, action, resource == Tool::"crm/find");',
      `permit (principal, action == Action::"crm/find", resource) ${condition}`,
    ],
    [
      'forbid (principal in Agent::"a", action, resource);',
      `permit (principal == Agent::"a", action, resource) ${condition}`,
    ],
    [
      'forbid (principal, action == Action::"mcp:ping", resource);',
      `permit (principal, action in [Action::"mcp:ping"], resource) ${condition}`,
    ],
  ])('is warned of under %s', (forbid, permit) => {
    expect(warnings(lines(forbid, permit))).toEqual([
      expect.stringMatching(
        /^2:1 p2 `p1` \(`test.cedar`, line 1\) forbids all that it permits; take one of them out/,
      ),
    ]);
  });

  test.each([
    [
      'permit (principal in Team::"sre", action, resource);',
      `permit (principal in Team::"sre", action in Action::"mcp", resource) when { resource.risk < 2 };`,
    ],
    [
      'permit (principal in Team::"sre", action, resource);',
      'permit (principal in Team::"sre", action, resource);',
    ],
    [
      '@label("pii") permit (principal in Team::"sre", action, resource);',
      'permit (principal in Team::"sre", action, resource);',
    ],
  ])('is warned of beside %s', (broad, narrow) => {
    expect(warnings(lines(broad, narrow))).toEqual([
      expect.stringMatching(
        /^2:1 p2 `p1` \(`test.cedar`, line 1\) already permits all that it permits; take one/,
      ),
    ]);
  });

  test.each([
    [
      'the forbid has a condition',
      'forbid (principal, action, resource) when { resource.risk > 2 };',
      'permit (principal in Team::"sre", action, resource);',
    ],
    [
      'the forbid is a guard',
      '@approve("finance") forbid (principal, action, resource);',
      'permit (principal in Team::"sre", action, resource);',
    ],
    [
      'another team',
      'forbid (principal in Team::"growth", action, resource);',
      'permit (principal in Team::"sre", action, resource);',
    ],
    [
      'the forbid is of one in the team',
      'forbid (principal == Team::"sre", action in Action::"a2a", resource is Agent);',
      'permit (principal in Team::"sre", action, resource);',
    ],
    [
      'only some of the actions',
      'forbid (principal, action in Action::"mcp:list", resource);',
      'permit (principal in Team::"sre", action in [Action::"mcp:list", Action::"mcp:session"], resource);',
    ],
    [
      'the group itself, not its members',
      'forbid (principal, action == Action::"mcp:tools/call", resource is Tool);',
      'permit (principal in Team::"sre", action in Action::"mcp:tools/call", resource);',
    ],
    [
      'another server',
      'forbid (principal, action, resource in Server::"pay");',
      'permit (principal, action == Action::"crm/find", resource);',
    ],
    [
      'it obliges to more',
      'permit (principal in Team::"sre", action, resource);',
      '@label("pii") permit (principal in Team::"sre", action in Action::"mcp", resource);',
    ],
    [
      'it masks more',
      'permit (principal in Team::"sre", action, resource);',
      '@mask("result.ssn") permit (principal in Team::"sre", action in Action::"mcp", resource);',
    ],
    [
      'a forbid is no permit',
      'permit (principal in Team::"sre", action, resource);',
      'forbid (principal in Team::"sre", action, resource) when { resource.risk > 2 };',
    ],
  ])('is not warned of: %s', (_, one, other) => {
    expect(warnings(lines(one, other)).filter((said) => /that it permits/.test(said))).toEqual([]);
  });
});

describe('a containment rule', () => {
  test.each([
    'context.chain.labels.contains("pii")',
    'context.chain.labels.containsAny(["pii", "finance"]) && resource.openWorld',
    'context.chain.labels.contains("pii") && context.chain.depth > 1',
  ])('that reads only the chain is warned of: %s', (condition) => {
    const scope = 'principal is Agent, action in Action::"mcp:tools/call", resource is Tool';
    for (const [effect, word] of [
      ['forbid', 'when'],
      ['permit', 'unless'],
    ]) {
      expect(warnings(`${effect} (${scope}) ${word} { ${condition} };`)).toEqual([
        expect.stringMatching(
          /^1:1 p1 it reads `context.chain.labels` and not `context.exposure.labels`: .*read the exposure, too$/,
        ),
      ]);
    }
  });

  test.each([
    'context.chain.labels.contains("pii") || context.exposure.labels.contains("pii")',
    'context.exposure.labels.contains("pii")',
    'context.chain.labels.containsAny(["pii"]) || context.exposure == context.exposure',
    'context.chain.depth > 4',
    'resource.labels.contains("pii")',
  ])('that reads the exposure, or no labels of the chain, is not: %s', (condition) => {
    expect(warnings(`forbid (principal is Agent, action, resource) when { ${condition} };`)).toEqual([]);
  });
});

test('letters of two scripts in one name are warned of', () => {
  expect(warnings('forbid (principal == Agent::"p\u0430y", action, resource);').join('\n')).toContain(
    'mixed scripts',
  );
});
