import { describe, expect, test } from 'vitest';
import { openCedar } from '../cedar-door.ts';
import { sha256Hex } from '../testing/facts.ts';
import { expectSet, schemaOf } from '../testing/set-up.ts';
import { compile } from './compile.ts';
import type { CompileResult } from './types.ts';

// One instance for all: none of these texts kills it.
const cedar = openCedar();
const schema = schemaOf({
  tools: { 'crm/find': { type: 'object', properties: { n: { type: 'integer' } } } },
  groups: ['finance'],
  teams: ['sre', 'growth'],
});

const TEMPLATE = `// ?principal and "?resource" in a comment are no slots
@id("team.may-use")
@description("says ?principal, \\"?resource\\"; and no more")
@label("crm")
permit (principal is Agent in ?principal, action in Action::"mcp", resource in ?resource)
when { principal.purpose != "?principal" };`;

function compiled(links: string, template = TEMPLATE): CompileResult {
  const sources = [
    { file: 'a.cedar', text: template },
    { file: 'b.links.yaml', text: links },
  ];
  return compile(sources, schema, { sha256Hex, open: () => cedar });
}

const link = (rest: string, id = 'l1'): string =>
  `links:\n  - template: team.may-use\n    id: ${id}\n${rest}`;
const GOOD = `    principal: 'Team::"sre"'\n    resource: 'Server::"crm"'\n`;

describe('a link', () => {
  test('is a policy at its own place, with what its template says of itself', () => {
    const result = compiled(link(GOOD));
    const policy = expectSet(result).byId.get('l1');
    expect(result.diagnostics).toEqual([]);
    expect(policy).toMatchObject({
      id: 'l1',
      file: 'b.links.yaml',
      line: 2,
      column: 5,
      description: 'says ?principal, "?resource"; and no more',
      labels: ['crm'],
      template: { id: 'team.may-use', file: 'a.cedar', line: 2 },
    });
    expect(policy?.json.principal).toEqual({
      op: 'is',
      entity_type: 'Agent',
      in: { entity: { type: 'Team', id: 'sre' } },
    });
    expect(policy?.text).toBe(
      TEMPLATE.slice(TEMPLATE.indexOf('@id'))
        .replace('team.may-use', 'l1')
        .replace('in ?principal,', 'in Team::"sre",')
        .replace('in ?resource)', 'in Server::"crm")'),
    );
  });

  test('may say what it is for', () => {
    const said = `${GOOD}    description: 'the "\\" of SRE'\n`;
    expect(expectSet(compiled(link(said))).byId.get('l1')?.description).toBe('the "\\" of SRE');
    const bare = TEMPLATE.replace(/@description.*\n/, '');
    expect(expectSet(compiled(link(said), bare)).byId.get('l1')?.description).toBe('the "\\" of SRE');
  });

  test('of a template for a guard is a guard under its own id', () => {
    const guard = `@id("g") @approve("finance") forbid (principal in ?principal, action, resource);`;
    const text = `links: [{ template: g, id: g.sre, principal: 'Team::"sre"' }]`;
    expect(expectSet(compiled(text, guard)).byId.get('g.sre')?.guard).toMatchObject({
      id: 'g.sre',
      group: 'finance',
    });
  });

  test('is told of a type error in its template at its own place', () => {
    const wrong = TEMPLATE.replace('purpose', 'purpos');
    expect(compiled(link(GOOD), wrong).diagnostics[0]).toMatchObject({
      severity: 'error',
      file: 'b.links.yaml',
      line: 2,
      policy: 'l1',
      message: expect.stringMatching(
        /`purpos`.*not found.*the template `team.may-use` stands in `a.cedar`, line 2/,
      ),
    });
  });

  test.each<[string, string, number, number, RegExp]>([
    ['an unknown template', link(GOOD).replace('team.may', 'team.can'), 2, 15, /no template `team.can-use`/],
    ['a slot left empty', link(`    principal: 'Team::"sre"'\n`), 2, 5, /has a slot `\?resource`; say what/],
    ['wrong syntax', link(GOOD.replace(`'Team::"sre"'`, 'Team::sre')), 4, 16, /`Team::sre` is not an entity/],
    ['two entities', link(GOOD.replace('"sre"', '"sre", Team::"growth"')), 4, 16, /is not an entity/],
    [
      'a second policy',
      link(GOOD.replace('"sre"', '"sre", action, resource); permit (principal')),
      4,
      16,
      /is not an/,
    ],
    ['a hidden escape', link(GOOD.replace('sre', '\\u{73}re')), 4, 16, /is not an entity/],
    ['an unknown type', link(GOOD.replace('Team', 'Tam')), 4, 16, /`Tam` is no entity type; known are/],
    ['a type called constructor', link(GOOD.replace('Team', 'constructor')), 4, 16, /is no entity type/],
    ['an unknown team', link(GOOD.replace('sre', 'srx')), 4, 16, /`Team::"srx"` is not registered/],
    [
      'an unknown group',
      link(GOOD.replace('Team::"sre"', 'Group::"x"')),
      4,
      16,
      /`Group::"x"` is not registered/,
    ],
    ['an id that is none', link(GOOD, '"a b"'), 2, 5, /`a b` is not a usable id/],
    [
      'the id of its template',
      link(GOOD, 'team.may-use'),
      2,
      5,
      /is taken by the policy in `a.cedar`, line 2/,
    ],
    ['a member too many', link(`${GOOD}    action: x\n`), 6, 5, /a link has no `action`/],
    ['a prototype', link(`${GOOD}    __proto__: x\n`), 6, 5, /a link has no `__proto__`/],
    ['a member twice', link(`${GOOD}    id: l2\n`), 6, 5, /`id` stands twice/],
    ['no id', link(GOOD).replace('    id: l1\n', ''), 2, 5, /the link has no `id`/],
    ['a number for an id', link(GOOD, '1'), 3, 9, /`id` is a text/],
    ['an alias', `links: [&a { template: t }, *a]`, 1, 12, /anchors are not read/],
    ['no list', 'links: 1', 1, 8, /`links` is a list/],
    ['another top', 'link: []', 1, 1, /has no `link`/],
    ['no YAML', 'links: [', 1, 9, /not valid YAML/],
    ['two documents', 'links: []\n---\nlinks: []\n', 2, 1, /not valid YAML/],
  ])('with %s is refused with its place', (_, text, line, column, message) => {
    const result = compiled(text);
    expect(result.ok).toBe(false);
    const [first] = result.diagnostics;
    expect(first?.message).toMatch(message);
    expect(first).toMatchObject({ file: 'b.links.yaml', line, column });
  });

  test('nested without end is refused', () => {
    const result = compiled(`links: ${'['.repeat(5_000)}`);
    expect(result.diagnostics[0]?.message).toMatch(/not valid YAML|nested too deeply/);
  });

  test('that fills a slot which is not there is refused', () => {
    const half = '@id("team.may-use") permit (principal in ?principal, action, resource);';
    expect(compiled(link(GOOD), half).diagnostics[0]).toMatchObject({
      line: 5,
      column: 15,
      message: expect.stringContaining('has no slot `?resource`; leave `resource` out'),
    });
  });

  test('of the same id as another is refused', () => {
    const text = link(GOOD) + link(GOOD).replace('links:\n', '');
    expect(compiled(text).diagnostics[0]?.message).toMatch(
      /`l1` is taken by the policy in `b.links.yaml`, line 2/,
    );
  });
});

describe('a template', () => {
  test('that no link fills is a warning, and part of what the set is', () => {
    const result = compiled('links: []');
    expect(result.diagnostics).toEqual([
      {
        severity: 'warning',
        file: 'a.cedar',
        line: 2,
        column: 1,
        policy: 'team.may-use',
        message: expect.stringContaining('no link fills the template `team.may-use`'),
      },
    ]);
    expect(expectSet(result).policies).toEqual([]);
    expect(expectSet(result).digest).not.toBe(sha256Hex('[]'));
  });

  test.each([
    [
      'a slot in its condition',
      '@id("t") permit (principal == ?principal, action, resource) when { ?principal == principal };',
    ],
    ['an unknown slot', '@id("t") permit (principal == ?who, action, resource);'],
    ['a slot in the wrong place', '@id("t") permit (principal == ?resource, action, resource);'],
    ['no id', 'permit (principal == ?principal, action, resource);'],
    [
      'a description that says nothing',
      '@id("t") @description permit (principal == ?principal, action, resource);',
    ],
  ])('with %s is refused', (_, text) => {
    const result = compiled('links: []', text);
    expect(result.ok).toBe(false);
    expect(result.diagnostics[0]).toMatchObject({ severity: 'error', file: 'a.cedar', line: 1 });
  });
});
