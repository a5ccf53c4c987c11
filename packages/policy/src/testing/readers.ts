// Random policies that read the arguments of a generated tool in every way policies can: values, presence, whole
// records, parts of records, sets, through other operators, negated, and in permits, forbids and guards alike.

import * as fc from 'fast-check';
import type { InputRecord, InputType } from '../schema/types.ts';

/** A condition on something in the input, true or false whatever is sent, and never an error. */
type Condition = string;

/** A Cedar string literal. */
function literal(text: string): string {
  const escaped = Array.from(text, (character) =>
    /[\w ]/.test(character) ? character : `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
  return `"${escaped.join('')}"`;
}

/** Every condition on the attributes of a record that is reached by `access`, under the tests that lead there. */
function conditionsOn(access: string, { attributes }: InputRecord, guards: readonly string[]): Condition[] {
  return [...attributes].flatMap(([name, { type, required }]) => {
    const presence = `${access} has ${literal(name)}`;
    const at = `${access}[${literal(name)}]`;
    const within = required ? guards : [...guards, presence];
    const all = (...tests: readonly string[]): Condition => `(${[...within, ...tests].join(' && ')})`;
    return [
      ...(required ? [] : [`(${[...guards, presence].join(' && ')})`]),
      ...testsOf(at, type).map((test) => all(test)),
      ...(type.kind === 'record' ? conditionsOn(at, type, within) : []),
    ];
  });
}

function testsOf(at: string, type: InputType): readonly string[] {
  switch (type.kind) {
    case 'string':
      return [
        `${at} == "x"`,
        `${at} like "*y"`,
        `["x", "y"].contains(${at})`,
        `(if ${at} == "" then false else true)`,
      ];
    case 'long':
      return [`${at} > 5`, `${at} == 0`, `[0, 1, 2].contains(${at})`];
    case 'decimal':
      return [`${at}.lessThan(decimal("1.5"))`, `${at} == decimal("0.0")`];
    case 'boolean':
      return [at, `${at} == false`];
    case 'set':
      return [`${at}.isEmpty()`, `[${at}, ${at}].containsAll([${at}])`, ...elementTests(at, type.element)];
    case 'record':
      return [`[${at}].contains(${at})`, `{ "whole": ${at} }.whole == ${at}`, ...indirectTests(at, type)];
  }
}

/** Reads of members that no path of attributes leads to: they count as reads of the whole record. */
function indirectTests(at: string, { attributes }: InputRecord): readonly string[] {
  const whole = `(if ${at} == ${at} then ${at} else ${at})`;
  return [...attributes].flatMap(([name, { type, required }]) => {
    if (type.kind === 'record') return [];
    const presence = `${whole} has ${literal(name)}`;
    const tests = testsOf(`${whole}[${literal(name)}]`, type).slice(0, 2);
    return required ? tests : [`(${presence})`, ...tests.map((test) => `(${presence} && ${test})`)];
  });
}

function elementTests(at: string, element: InputType): readonly string[] {
  switch (element.kind) {
    case 'string':
      return [`${at}.contains("x")`, `${at}.containsAny(["y", "xy"])`];
    case 'long':
      return [`${at}.contains(1)`];
    case 'decimal':
      return [`${at}.contains(decimal("1.5"))`];
    default:
      return [];
  }
}

const HEADS = ['permit', 'permit', '@label("pii") permit', 'forbid', '@approve("finance") forbid'] as const;

/** The text of a policy set over the input of `action`; a permit without a condition keeps forbids from never mattering. */
export function readingPolicies(action: string, input: InputRecord): fc.Arbitrary<string> {
  const whole = ['context.input == context.input', ...indirectTests('context.input', input)];
  const direct = conditionsOn('context.input', input, []);
  // The few ways around a path of attributes are as likely as the many along one: they are where mistakes hide.
  const test = fc.oneof(fc.constantFrom(...whole), fc.constantFrom(...whole, ...direct));
  const condition = fc
    .tuple(
      fc.array(fc.tuple(fc.boolean(), test), { minLength: 1, maxLength: 2 }),
      fc.constantFrom(' && ', ' || '),
    )
    .map(([tests, operator]) =>
      tests.map(([isNegated, each]) => (isNegated ? `!(${each})` : each)).join(operator),
    );
  const policy = fc.record({
    head: fc.constantFrom(...HEADS),
    kind: fc.constantFrom('when', 'unless'),
    condition,
  });
  const scope = `(principal, action == Action::${literal(action)}, resource)`;
  return fc
    .tuple(fc.boolean(), fc.array(policy, { minLength: 1, maxLength: 3 }))
    .map(([isOpen, policies]) =>
      [
        ...(isOpen ? [`@id("open") permit ${scope};`] : []),
        ...policies.map(
          ({ head, kind, condition: body }, at) => `@id("p${at}") ${head} ${scope} ${kind} { ${body} };`,
        ),
      ].join('\n'),
    );
}
