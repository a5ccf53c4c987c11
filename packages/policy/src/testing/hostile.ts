// Random JSON Schemas as a hostile or careless server writes them: references that go round, parts that contradict each
// other, keywords of the wrong shape, and names that are no names.

import * as fc from 'fast-check';

export const hostileName: fc.Arbitrary<string> = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '__entity',
    '__extn',
    '__expr',
    '__cedar',
    'Action',
    'a"b',
    "a'b",
    'a\nb',
    'a\\b',
    'a/b',
    'a~b',
    'ｅ',
    '🙂',
    '\ud800',
    '\u0000',
    '',
    ' ',
    '..',
    'if',
    'has',
    'context',
  ),
);

const keyword = fc.constantFrom(
  'type',
  'enum',
  'const',
  'properties',
  'required',
  'items',
  'prefixItems',
  'allOf',
  'anyOf',
  'oneOf',
  'not',
  'if',
  'then',
  'else',
  '$ref',
  '$id',
  '$defs',
  '$anchor',
  '$dynamicRef',
  '$recursiveRef',
  'additionalProperties',
  'patternProperties',
  'unevaluatedProperties',
  'dependentSchemas',
  'nullable',
  'format',
);

const ref = fc.constantFrom(
  '#',
  '#/',
  '#/$defs/d',
  '#/$defs/e',
  '#/properties/a',
  '#/allOf/0',
  '#/__proto__/x',
  '#/$defs/%zz',
  '#anchor',
  'https://example.com/schema.json',
  'other.json#/$defs/d',
);

const type = fc.oneof(
  fc.constantFrom('string', 'integer', 'number', 'boolean', 'object', 'array', 'null', 'any', 'toString'),
  fc.array(fc.constantFrom('string', 'integer', 'number', 'null', 'object'), { maxLength: 3 }),
);

export const hostileSchema: fc.Arbitrary<unknown> = fc.letrec<{ schema: unknown }>((tie) => {
  const schemas = fc.array(tie('schema'), { maxLength: 3 });
  const byName = fc.dictionary(hostileName, tie('schema'), { maxKeys: 3 });
  return {
    schema: fc.oneof(
      { maxDepth: 5, depthIdentifier: 'hostile' },
      fc.record({ type }),
      fc.constantFrom(true, false, {}, null),
      fc.record({ $ref: ref }),
      fc.record(
        { type, properties: byName, required: fc.array(hostileName) },
        { requiredKeys: ['properties'] },
      ),
      fc.record({ type: fc.constant('array'), items: tie('schema') }),
      fc.record({ type: fc.constant('array'), items: schemas }),
      fc.record({ prefixItems: schemas, items: tie('schema') }),
      fc.record({ allOf: schemas }),
      fc.record({ anyOf: schemas }),
      fc.record({ oneOf: schemas, type, properties: byName }, { requiredKeys: ['oneOf'] }),
      fc.record({ enum: fc.array(fc.jsonValue(), { maxLength: 4 }) }),
      fc.record({ const: fc.jsonValue() }),
      fc.record({
        $defs: fc.record({ d: tie('schema'), e: tie('schema') }),
        $ref: ref,
      }),
      fc.record({ $id: fc.constantFrom('x', '#x', 'https://example.com/'), properties: byName }),
      // Any keyword with any value.
      fc.dictionary(keyword, fc.oneof(tie('schema'), fc.jsonValue(), type, ref), { maxKeys: 4 }),
    ),
  };
}).schema;
