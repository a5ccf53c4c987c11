// For generated schemas and arguments: what policies are shown is well typed, is what was sent, and is nothing else.

import type { CedarValueJson } from '@cedar-policy/cedar-wasm/nodejs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Cedar, openCedar } from './cedar-door.ts';
import { mapInput } from './input.ts';
import { isJsonObject, type Json, JsonNumber, parseObject } from './json.ts';
import { buildRequest } from './request.ts';
import { mapInputSchema } from './schema/json-schema.ts';
import type { InputType } from './schema/types.ts';
import { ordinaryCall } from './testing/facts.ts';
import { hostileName, hostileSchema } from './testing/hostile.ts';
import { modelledTool, write } from './testing/modelled.ts';
import { schemaOf } from './testing/set-up.ts';

const cedar: Cedar = openCedar();
const NO_USAGE = { callsLastMinute: 0, callsLastHour: 0, callsLastDay: 0 };

/** A text that two JSON values share if and only if they are the same to Cedar: lists are sets, 1 and 1.0 one number. */
function meaningOfJson(value: Json): string {
  if (value instanceof JsonNumber) return `n${exactly(value.lexeme)}`;
  if (Array.isArray(value)) return meaningOfSet((value as readonly Json[]).map(meaningOfJson));
  if (isJsonObject(value))
    return meaningOfRecord(Object.entries(value).map(([name, member]) => [name, meaningOfJson(member)]));
  return JSON.stringify(value);
}

function meaningOfCedar(value: CedarValueJson): string {
  if (typeof value === 'number') return `n${exactly(String(value))}`;
  if (Array.isArray(value)) return meaningOfSet(value.map(meaningOfCedar));
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Object.hasOwn(value, '__extn')) {
    const { fn, arg } = (value as { __extn: { fn: string; arg: string } }).__extn;
    return fn === 'decimal' ? `n${exactly(arg)}` : `${fn} ${arg}`;
  }
  return meaningOfRecord(Object.entries(value).map(([name, member]) => [name, meaningOfCedar(member)]));
}

const meaningOfSet = (meanings: readonly string[]): string => `[${[...new Set(meanings)].sort().join()}]`;
const meaningOfRecord = (members: readonly (readonly [string, string])[]): string =>
  `{${members
    .map(([name, meaning]) => `${JSON.stringify(name)}:${meaning}`)
    .sort()
    .join()}}`;

/** A lexeme in hundred-millionths, in arithmetic that has nothing in common with the code under test. */
function exactly(lexeme: string): bigint {
  const [mantissa = '', exponent = '0'] = lexeme.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return BigInt(whole + fraction) * 10n ** BigInt(8 - fraction.length + Number(exponent));
}

test('arguments that fit their schema are shown whole, validate strictly, and say what was sent', () => {
  fc.assert(
    fc.property(modelledTool, ({ schema: inputSchema, value }) => {
      const schema = schemaOf({ tools: { 'crm/get_customer': inputSchema } });
      const input = write(value);
      const built = buildRequest({ ...ordinaryCall, usage: NO_USAGE, input }, schema);
      if (!built.ok) throw new Error(`${built.reason} ${input}`);
      const { request, unrepresentable } = built;
      expect(unrepresentable).toEqual([]);
      const answer = cedar.isAuthorized({
        ...request,
        context: { ...request.context },
        // The schema brings the actions; a request may not bring its own beside them.
        entities: request.entities.filter(({ uid }) => !('type' in uid) || uid.type !== 'Action'),
        schema: schema.json,
        validateRequest: true,
        policies: { staticPolicies: {} },
      });
      expect(answer.type === 'failure' ? answer.errors : []).toEqual([]);
      const parsed = parseObject(input);
      if (!parsed.ok || request.context['input'] === undefined) throw new Error('nothing to compare');
      expect(meaningOfCedar(request.context['input'])).toBe(meaningOfJson(parsed.value));
    }),
    { numRuns: 300 },
  );
});

/** Whether a value is of its type and holds nothing that JSON could not have said. */
function isOnly(value: CedarValueJson, type: InputType): boolean {
  switch (type.kind) {
    case 'string':
      return typeof value === 'string' && value.isWellFormed();
    case 'boolean':
      return typeof value === 'boolean';
    case 'long':
      return Number.isSafeInteger(value);
    case 'decimal': {
      const { __extn: extension } = value as { __extn?: { fn?: unknown; arg?: unknown } };
      const isDecimal = extension?.fn === 'decimal' && /^-?\d+\.\d{1,4}$/.test(String(extension.arg));
      return isDecimal && Object.keys(value as object).join() === '__extn';
    }
    case 'set':
      return Array.isArray(value) && value.every((element) => isOnly(element, type.element));
    case 'record':
      return Object.entries(value as object).every(([name, member]) => {
        const attribute = type.attributes.get(name);
        return attribute !== undefined && isOnly(member as CedarValueJson, attribute.type);
      });
  }
}

const hostileValue = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthIdentifier: 'value' },
    fc.constantFrom('User::"root"', '\ud800', 1, 1.5, 1e300, null, true, '__entity'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(hostileName, tie('value'), { maxKeys: 4 }),
    fc.record({ __entity: fc.record({ type: fc.constant('User'), id: fc.string() }) }),
    fc.record({ __extn: fc.record({ fn: fc.constant('ip'), arg: fc.constant('0.0.0.0/0') }) }),
    fc.record({ fn: fc.constant('decimal'), arg: fc.constant('1.0'), lexeme: fc.constant('1') }),
  ),
})).value;

test('whatever is sent to whatever schema, no entity, extension or undeclared member comes through', () => {
  let refused = 0;
  fc.assert(
    fc.property(
      fc.dictionary(hostileName, hostileSchema, { maxKeys: 4 }),
      fc.dictionary(hostileName, hostileValue, { maxKeys: 4 }),
      (properties, args) => {
        // The properties' own names too, so that values meet types.
        const names = Object.keys(properties);
        const values = Object.values(args);
        const met = Object.fromEntries(names.map((name, at) => [name, values[at] ?? null]));
        const { input: type } = mapInputSchema('s/t', { type: 'object', properties });
        const text = JSON.stringify({ ...args, ...met });
        const parsed = parseObject(text);
        const isEscaping = /"__(?:entity|extn|expr)":/.test(text);
        expect(parsed.ok).toBe(!isEscaping);
        if (!parsed.ok) {
          refused += 1;
          return;
        }
        const { value, unrepresentable } = mapInput(parsed.value, type);
        expect(isOnly(value, type)).toBe(true);
        // What is not shown is named, and so is what was not described.
        const shown = new Set(Object.keys(value as object));
        const lost = new Set(unrepresentable.map(({ path }) => path[1] ?? '*'));
        for (const name of Object.keys(parsed.value))
          expect(shown.has(name) || lost.has(name) || lost.has('*')).toBe(true);
      },
    ),
    { numRuns: 500 },
  );
  expect(refused).toBeGreaterThan(50);
});
