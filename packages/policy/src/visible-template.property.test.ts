import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Cedar, openCedar } from './cedar-door.ts';
import { createEngine } from './engine.ts';
import { matches } from './expansions/glob.ts';
import { expansionsOf } from './expansions/template.ts';
import type { CallFacts, ResourceFacts, TemplateFacts } from './facts.ts';
import { COMPANY, companyCall } from './testing/company.ts';
import { unvalidatedSet } from './testing/plain-cedar.ts';
import { schemaOf } from './testing/set-up.ts';

const schema = schemaOf(COMPANY);
const shared: Cedar = openCedar();
const second: Cedar = openCedar();

/** Uris of a few letters; policies write two of these. Long enough for one of each kind that the policies below tell apart. */
const letters = ['a', 'b', 'c'];
const URIS = Array.from({ length: 6 }, () => letters)
  .reduce<string[][]>(
    (all, letters) => [...all, (all.at(-1) ?? []).flatMap((text) => letters.map((one) => text + one))],
    [['']],
  )
  .flat()
  .filter((uri) => uri !== '');

const uri = fc.constantFrom('a', 'b', 'ab', 'ba', 'aab');
const pattern = fc.constantFrom('a*', 'b*', 'ab*', '*a', '*b', '*ab*', 'a*b', 'b*a', '*', 'aa');
const template = fc.constantFrom(
  'a{x}',
  'b{x}',
  '{x}',
  '{x}a',
  'a{x}b',
  'a{x}b{y}',
  '{x}{y}',
  'ab',
  'ab{/x*}',
  'bb{x}',
  'a{',
);

/** On the uri, by name and by pattern; and on the caller. */
const atom = fc.oneof(
  { weight: 4, arbitrary: pattern.map((text) => `resource.uri like "${text}"`) },
  { weight: 2, arbitrary: uri.map((text) => `resource.uri == "${text}"`) },
  uri.map((text) => `resource == Resource::"s/${text}"`),
  uri.map((text) => `resource in [Resource::"s/${text}", Resource::"t/b"]`),
  uri.map((text) => `["${text}", "aab"].contains(resource.uri)`),
  uri.map((text) => `{"Value": resource.uri} == {"Value": "${text}"}`),
  fc.constantFrom(
    'resource.uri == principal.purpose',
    'resource.labels.contains("pii")',
    'resource in Server::"s"',
    'principal.risk > 1',
    'principal in Team::"red"',
    'resource.risk * 4611686018427387904 > 0',
  ),
);
const condition = fc
  .array(fc.tuple(fc.boolean(), atom), { minLength: 1, maxLength: 3 })
  .chain((atoms) =>
    fc
      .constantFrom('&&', '||')
      .map((operator) =>
        atoms.map(([not, text]) => (not ? `!(${text})` : `(${text})`)).join(` ${operator} `),
      ),
  );
const scope = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('resource', 'resource is Resource', 'resource in Server::"s"') },
  uri.map((text) => `resource == Resource::"s/${text}"`),
  uri.map((text) => `resource in Resource::"s/${text}"`),
);
const texts = fc
  .array(
    fc.record({
      head: fc.constantFrom(
        'permit',
        'permit',
        'forbid',
        '@label("pii") permit',
        '@approve("finance") forbid',
      ),
      principal: fc.constantFrom('principal', 'principal', 'principal is Agent', 'principal == Agent::"a"'),
      scope,
      kind: fc.constantFrom('when', 'unless'),
      condition,
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((policies) =>
    policies.map(
      ({ head, principal, scope, kind, condition }, at) =>
        `@id("p${at}") ${head} (${principal}, action == Action::"mcp:resources/read", ${scope}) ${kind} { ${condition} };`,
    ),
  );

const server = {
  kind: 'server',
  name: 's',
  team: 'red',
  environment: 'production',
  risk: 1,
  labels: [],
} as const;
/** Purposes that are uris, too. */
const call: fc.Arbitrary<CallFacts> = fc
  .tuple(companyCall, uri, fc.subarray(['pii']))
  .map(([{ input: _input, ...call }, purpose, labels]) => ({
    ...call,
    principal: call.principal.kind === 'agent' ? { ...call.principal, purpose } : call.principal,
    operation: 'mcp:resources/read',
    resource: { kind: 'resource', server, uri: 'a', labels, risk: 1 },
  }));
const templateFor = ({ resource }: CallFacts, uriTemplate: string): TemplateFacts => ({
  kind: 'template',
  server,
  uriTemplate,
  labels: resource.labels,
  risk: 1,
});

function engineFor(policies: readonly string[], cedar = shared) {
  const engine = createEngine({ open: () => cedar });
  expect(engine.load(unvalidatedSet(policies, schema, cedar), schema)).toEqual({ ok: true });
  return engine;
}

/** A uri that the template could expand to and that may be read, of all that are tried. */
function readable(
  engine: ReturnType<typeof createEngine>,
  call: CallFacts,
  template: string,
): string | undefined {
  const expansions = expansionsOf(template);
  return URIS.find((uri) => {
    if (!matches(expansions, uri)) return false;
    const resource: ResourceFacts = { ...(call.resource as ResourceFacts), uri };
    return engine.decide({ ...call, resource }, { grants: [] }).outcome !== 'deny';
  });
}

test('a template is shown exactly if some resource that it could expand to may be read', () => {
  const count = { shown: 0, hidden: 0 };
  fc.assert(
    fc.property(
      texts,
      call,
      fc.uniqueArray(template, { minLength: 3, maxLength: 3 }),
      (texts, call, templates) => {
        const engine = engineFor(texts);
        const shown = engine.couldPermitAll(
          call,
          templates.map((one) => templateFor(call, one)),
        );
        const wanted = templates.map((one) => readable(engine, call, one) !== undefined);
        for (const isShown of wanted) count[isShown ? 'shown' : 'hidden'] += 1;
        expect(shown).toEqual(wanted);
      },
    ),
    { numRuns: 150 },
  );
  expect(count.shown).toBeGreaterThan(80);
  expect(count.hidden).toBeGreaterThan(80);
});

/** On what a list does not know, each in one policy only, with what makes it true and what makes it false. */
const UNKNOWN = [
  [
    'context.now > datetime("2026-06-01")',
    [{ now: '2026-01-01T00:00:00.000Z' }, { now: '2026-12-01T00:00:00.000Z' }],
  ],
  ['context.meta.hasTag("m")', [{ meta: '{}' }, { meta: '{"m":1}' }]],
] as const;

test('whatever else of a later call is unknown: of all of them, some are not denied exactly if the template is shown', () => {
  const count = { shown: 0, hidden: 0 };
  fc.assert(
    fc.property(
      fc.tuple(pattern, pattern, uri, uri),
      fc.boolean(),
      call,
      template,
      (of, isForbid, call, template) => {
        const [[onTime, times], [onMeta, metas]] = UNKNOWN;
        const engine = engineFor([
          `@id("p") permit (principal, action, resource) when { resource.uri like "${of[0]}" && ${onTime} };`,
          `@id("q") ${isForbid ? 'forbid' : 'permit'} (principal, action, resource) when { resource.uri like "${of[1]}" && (${onMeta} || resource.uri == "${of[2]}") };`,
          `@id("r") forbid (principal, action, resource == Resource::"s/${of[3]}");`,
        ]);
        const isReadable = times.some((time) =>
          metas.some((meta) => readable(engine, { ...call, ...time, ...meta }, template) !== undefined),
        );
        count[isReadable ? 'shown' : 'hidden'] += 1;
        expect(engine.couldPermitAll(call, [templateFor(call, template)])).toEqual([isReadable]);
      },
    ),
    { numRuns: 80 },
  );
  expect(count.shown).toBeGreaterThan(20);
  expect(count.hidden).toBeGreaterThan(5);
});

test('an answer that is remembered from other templates and callers is the one that would have been given', () => {
  const templates = ['a{x}', 'b{x}', '{x}', 'a{x}b', '{x}a', 'ab', 'bb{x}'];
  fc.assert(
    fc.property(texts, fc.array(call, { minLength: 4, maxLength: 4 }), (policies, calls) => {
      const engine = engineFor(policies);
      for (const call of calls) {
        const listed = templates.map((one) => templateFor(call, one));
        const fresh = listed.map((one) => engineFor(policies, second).couldPermitAll(call, [one])[0]);
        expect(engine.couldPermitAll(call, listed)).toEqual(fresh);
        expect(engine.couldPermitAll(call, listed)).toEqual(fresh);
      }
    }),
    { numRuns: 25 },
  );
});
