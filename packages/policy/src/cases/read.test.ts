import { describe, expect, test } from 'vitest';
import { readCases, readFacts } from './read.ts';
import type { PolicyCase } from './types.ts';

function casesIn(text: string): readonly PolicyCase[] {
  const read = readCases({ file: 'a.yaml', text });
  if (!read.ok) throw new Error(JSON.stringify(read.diagnostics));
  return read.cases;
}

function complaints(text: string): string[] {
  const read = readCases({ file: 'a.yaml', text });
  return read.ok ? [] : read.diagnostics.map((d) => `${d.line}:${d.column} ${d.message}`);
}

const one = (more: string): string => `- name: a\n  want: { outcome: allow }\n${more}`;

describe('what a case says', () => {
  test('a case that says nothing of its call is about the ordinary call', () => {
    const [read] = casesIn(one(''));
    expect(read).toMatchObject({ name: 'a', file: 'a.yaml', line: 1, policies: null, catalogue: null });
    expect(read?.call).toMatchObject({ operation: 'mcp:tools/call', principal: { name: 'triage' } });
  });

  test('what a case says lies over what its file says, and that over the ordinary call', () => {
    const [read] = casesIn(
      'catalogue: { groups: [finance] }\nfacts: { principal: { risk: 3, team: growth } }\ncases:\n' +
        '  - name: a\n    catalogue: { teams: [growth] }\n    facts: { principal: { team: sre } }\n    want: { outcome: allow }\n',
    );
    expect(read?.line).toBe(4);
    expect(read?.catalogue).toEqual({ groups: ['finance'], teams: ['growth'] });
    expect(read?.call.principal).toMatchObject({ name: 'triage', risk: 3, team: 'sre' });
  });

  test('a target of another kind begins from the ordinary one of that kind', () => {
    const [read] = casesIn(one('  facts: { resource: { kind: agent, name: desk } }'));
    expect(read?.call.operation).toBe('a2a:message/send');
    expect(read?.call.resource).toMatchObject({ kind: 'agent', name: 'desk', team: 'support' });
    expect(read?.call.resource).not.toHaveProperty('openWorld');
  });

  test('a server that calls has no credential', () => {
    const [read] = casesIn(one('  facts: { principal: { kind: server } }'));
    expect(read?.call).not.toHaveProperty('token');
  });

  test('the agents of a chain are its caller, unless the case says who', () => {
    expect(casesIn(one('  facts: { principal: { name: other } }'))[0]?.call.chain.agents).toEqual(['other']);
  });

  test('arguments may stand as members or, where digits matter, as text', () => {
    expect(casesIn(one('  facts: { input: { n: 1, s: "x" } }'))[0]?.call.input).toBe('{"n":1,"s":"x"}');
    expect(casesIn(one(`  facts: { input: '{"n": 1.0}' }`))[0]?.call.input).toBe('{"n": 1.0}');
  });

  test('merged members are members', () => {
    const text = `- name: a\n  facts: &f { principal: { risk: 3 } }\n  want: { outcome: allow }\n- name: b\n  facts: { <<: *f, now: '2026-01-01T00:00:00.000Z' }\n  want: { outcome: allow }\n`;
    expect(casesIn(text)[1]?.call).toMatchObject({ principal: { risk: 3 }, now: '2026-01-01T00:00:00.000Z' });
  });

  test('several policy files stand by their names', () => {
    const [read] = casesIn(one('  policies: { a.cedar: "// a", b.cedar: "// b" }'));
    expect(read?.policies?.map(({ file }) => file)).toEqual(['a.cedar', 'b.cedar']);
  });
});

describe('what is refused, with its place', () => {
  test.each([
    [
      'a misspelt wish',
      '- name: a\n  want: { oucome: allow }',
      /^2:11 unknown key `oucome`; known are `refused`/,
    ],
    ['a misspelt fact', one('  facts: { principal: { rsik: 3 } }'), /^3:25 unknown key `rsik`/],
    [
      'a fact of another kind',
      one('  facts: { resource: { kind: agent, openWorld: true } }'),
      /^3:37 unknown key/,
    ],
    ['an unknown kind', one('  facts: { resource: { kind: robot } }'), /^3:22 unknown kind `robot`/],
    [
      'an unknown outcome',
      '- name: a\n  want: { outcome: maybe }',
      /^2:20 expected one of `allow`, `deny`, `hold`/,
    ],
    [
      'a risk beyond the scale',
      one('  facts: { principal: { risk: 4 } }'),
      /^3:31 expected one of `1`, `2`, `3`/,
    ],
    ['a risk as text', one("  facts: { principal: { risk: '3' } }"), /^3:31 expected one of/],
    ['a time of another form', one('  facts: { now: 2026-01-01 }'), /^3:17 expected a time such as/],
    ['a case without a name', '- want: { outcome: allow }', /^1:3 `name` is missing/],
    ['a case without a wish', '- name: a', /^1:3 `want` is missing/],
    ['a wish for nothing', '- name: a\n  want: {}', /^1:3 `a` wants nothing/],
    [
      'two wishes under one key',
      '- name: a\n  want: { outcome: allow, outcome: deny }',
      /^2:27 not valid YAML: map keys must be unique/,
    ],
    ['broken YAML', '- name: [', /^1:10 not valid YAML: flow sequence/],
    ['a text where a list belongs', one('  grants: g'), /^3:11 expected a list/],
    ['a file of something else', 'hello', /^1:1 expected something else here/],
  ])('%s', (_what, text, message) => {
    expect(complaints(text)[0]).toMatch(message);
  });

  test('everything that is wrong is said at once', () => {
    expect(complaints('- name: a\n  wnt: {}\n  grants: 1')).toHaveLength(3);
  });

  test('aliases that unfold without end', () => {
    const levels = Array.from(
      { length: 9 },
      (_, at) => `l${at}: &l${at} [${`*l${at - 1}, `.repeat(at === 0 ? 0 : 9)}]`,
    );
    const text = `cases: []\ncatalogue: { tools: { ${levels.join(', ')} } }`;
    expect(complaints(text)[0]).toMatch(/unfolds to more than/);
  });

  test('brackets deeper than a parser can go', () => {
    expect(complaints('['.repeat(200_000)).length).toBeGreaterThan(0);
  });

  test('a file larger than any that people write', () => {
    expect(complaints(`# ${'x'.repeat(1_100_000)}`)[0]).toMatch(/^1:1 the file is longer than/);
  });
});

test('facts alone are read in the same words', () => {
  expect(readFacts({ file: 'f.json', text: '{"principal": {"risk": 3}}' })).toEqual({
    ok: true,
    said: { principal: { risk: 3 } },
  });
  expect(readFacts({ file: 'f.json', text: '{"principle": {}}' })).toMatchObject({
    ok: false,
    diagnostics: [{ file: 'f.json', line: 1, column: 2 }],
  });
});
