import { describe, expect, test } from 'vitest';
import { type Cedar, openCedar } from './cedar-door.ts';
import type { ListFacts } from './engine-types.ts';
import type { TemplateFacts } from './facts.ts';
import { crm, ordinaryCall, triage } from './testing/facts.ts';
import { engineWith } from './testing/set-up.ts';

const CATALOGUE = { groups: ['finance'], teams: ['sre'], tools: { 'crm/x': { type: 'object' } } };
const { resource: _resource, ...ordinary } = ordinaryCall;
const reading: ListFacts = { ...ordinary, operation: 'mcp:resources/read' };
const template = (uriTemplate: string): TemplateFacts => ({
  kind: 'template',
  server: crm,
  uriTemplate,
  labels: [],
  risk: 1,
});
const READ = 'principal is Agent, action == Action::"mcp:resources/read"';
const ALL = `@id("all") permit (${READ}, resource);`;

const shown = (policies: string, ...templates: string[]): boolean[] =>
  engineWith(policies, CATALOGUE).couldPermitAll(reading, templates.map(template));

describe('a template', () => {
  test.each<[string, string, string, boolean]>([
    [
      'of which one resource is permitted by name is shown',
      `@id("p") permit (${READ}, resource == Resource::"crm/x:i/7");`,
      'x:i/{id}',
      true,
    ],
    [
      'that does not expand to what is permitted is hidden',
      `@id("p") permit (${READ}, resource == Resource::"crm/x:i/7");`,
      'x:j/{id}',
      false,
    ],
    [
      'of another server than what is permitted is hidden',
      `@id("p") permit (${READ}, resource == Resource::"hr/x:i/7");`,
      'x:i/{id}',
      false,
    ],
    [
      'that is itself named is no resource, and hidden',
      `@id("p") permit (${READ}, resource == Resource::"crm/x:i{id}") when { resource.uri != "x:i{id}" };`,
      'x:i{id}',
      false,
    ],
    [
      'all of whose resources are forbidden by pattern is hidden',
      `${ALL} @id("f") forbid (${READ}, resource) when { resource.uri like "x:i/*" };`,
      'x:i/{id}',
      false,
    ],
    [
      'some of whose resources are not forbidden is shown',
      `${ALL} @id("f") forbid (${READ}, resource) when { resource.uri like "x:i/*" };`,
      'x:{kind}/{id}',
      true,
    ],
    [
      'all of whose resources are forbidden by two patterns is hidden',
      `@id("p") permit (${READ}, resource) when { resource.uri like "x:*/a" }; @id("f") forbid (${READ}, resource) when { resource.uri like "x:i/*" };`,
      'x:i/{id}',
      false,
    ],
    [
      'whose resources are held for approval is shown',
      `${ALL} @id("g") @approve("finance") forbid (${READ}, resource);`,
      'x:i/{id}',
      true,
    ],
    [
      'one of whose resources a policy computes is shown',
      `@id("p") permit (${READ}, resource) when { resource.uri == principal.purpose };`,
      '{+any}',
      true,
    ],
    ['that no text expands is hidden', ALL, '', false],
    ['that is not well-formed Unicode is hidden', ALL, 'x:\ud800{id}', false],
  ])('%s', (_, policies, uriTemplate, want) => {
    expect(shown(policies, uriTemplate)).toEqual([want]);
  });
});

test('what stands for a kind of uris is none that policies tell apart for another caller', () => {
  const engine = engineWith(
    `@id("p") permit (${READ}, resource) unless { resource.uri == principal.purpose };`,
    CATALOGUE,
  );
  for (const purpose of ['anything', '', 'x']) {
    const asked: ListFacts = { ...reading, principal: { ...triage, purpose: `i:${purpose}` } };
    expect(engine.couldPermitAll(asked, [template('i:{id}'), template(`i:${purpose}`)])).toEqual([
      true,
      false,
    ]);
  }
});

const letters = Array.from('abcdefghijklmnopqrstuvwxyz');
/** More than there is time to tell apart. */
const tangled = (condition: string): string =>
  letters
    .map(
      (letter) =>
        `@id("has-${letter}") permit (${READ}, resource) when { resource.uri like "*${letter}*${letter}*" && ${condition} };`,
    )
    .join('\n');

describe('where patterns tell apart more than can be tried', () => {
  test('a template is shown if an unknown uri could be permitted', () => {
    const never = letters.map((letter) => `!(resource.uri like "*${letter}*")`).join(' && ');
    expect(
      shown(
        `${tangled('context.chain.depth > 99')} @id("p") permit (${READ}, resource) when { resource.uri like "*ab*" && ${never} };`,
        '{x}',
      ),
    ).toEqual([true]);
  });

  test('a template is hidden if no uri could be permitted', () => {
    expect(shown(tangled('context.chain.depth > 99'), '{x}')).toEqual([false]);
    expect(
      shown(
        `${tangled('true')} @id("f") forbid (${READ}, resource) when { context.chain.depth < 99 };`,
        '{x}',
      ),
    ).toEqual([false]);
  });
});

test('of more names than can be tried, a template is shown', () => {
  const names = Array.from({ length: 1_100 }, (_, at) => `"x:${at}"`).join();
  const policy = (condition: string) =>
    `@id("p") permit (${READ}, resource) when { [${names}].contains(resource.uri) && ${condition} };`;
  expect(shown(policy('context.chain.depth > 99'), 'x:{id}', 'y:{id}')).toEqual([true, false]);
});

test.each([
  ['a megabyte of text', 'a'.repeat(1 << 20)],
  ['a megabyte of one expression', `x:{${'a'.repeat(1 << 20)}}`],
  ['ten thousand expressions', 'a{b}'.repeat(10_000)],
  ['a long tail to be looked for', `{a}${'a'.repeat(500)}b`],
  ['braces without end', '{'.repeat(100_000)],
  ['what regular expressions are made of', `${'(a+)+$|[^]*?'.repeat(1_000)}{x}`],
])('a template of %s is answered, and no other question is slower for it', (_, uriTemplate) => {
  const secrets = `@id("f") forbid (${READ}, resource) when { resource.uri like "*secret*" || resource.uri like "*aaaa*c" };`;
  expect(shown(`${ALL} ${secrets}`, uriTemplate, 'x:{id}')).toEqual([true, true]);
  expect(shown(secrets, uriTemplate, 'x:{id}')).toEqual([false, false]);
});

test('what policies cannot tell apart is asked once for a thousand templates, in turns', async () => {
  let asked = 0;
  const policies = Array.from({ length: 100 }, (_, at) => {
    const purpose = at % 2 === 0 ? 'context.now > datetime("2020-01-01")' : 'principal.risk > 0';
    return `@id("p${at}") ${at % 10 === 9 ? 'forbid' : 'permit'} (${READ}, resource) when { resource.uri like "crm://folder-${at}/*" && ${purpose} };`;
  });
  const engine = engineWith(policies.join('\n'), CATALOGUE, (): Cedar => {
    const cedar = openCedar();
    const counting =
      <Call, Answer>(ask: (call: Call) => Answer) =>
      (call: Call): Answer => {
        asked += 1;
        return ask(call);
      };
    return {
      ...cedar,
      isAuthorizedPartial: counting((call) => cedar.isAuthorizedPartial(call)),
      statefulIsAuthorized: counting((call) => cedar.statefulIsAuthorized(call)),
    };
  });
  const templates = Array.from({ length: 1_000 }, (_, at) => template(`crm://folder-${at % 200}/${at}/{id}`));
  let turns = 0;
  const answers = await engine.couldPermitInTurns(reading, templates, {
    isOver: () => true,
    async next() {
      turns += 1;
    },
  });
  expect(answers).toEqual(templates.map((_, at) => at % 200 < 100 && at % 10 !== 9));
  expect(turns).toBeGreaterThanOrEqual(1_000);
  // Of each folder and of all others, whether they are read at any time or not.
  expect(asked).toBeLessThanOrEqual(2 * 101);
});
