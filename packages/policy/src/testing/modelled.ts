// Random JSON Schemas together with arguments that fit them and that Cedar can hold, as JSON text whose numbers are
// written in every way there is. Names are as strange as names get.

import * as fc from 'fast-check';
import { isCedarText, isEscape } from '../reserved.ts';
import { hostileName } from './hostile.ts';

/** A JSON value as it will be written. */
export type Written =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'array'; readonly items: readonly Written[] }
  | { readonly kind: 'object'; readonly members: readonly (readonly [string, Written])[] };

/** A schema, and a value that fits it. */
export interface Modelled {
  readonly schema: object;
  readonly value: Written;
}

export function write(value: Written): string {
  switch (value.kind) {
    case 'text':
      return value.text;
    case 'array':
      return `[${value.items.map(write).join(',')}]`;
    case 'object':
      return `{${value.members.map(([name, member]) => `${JSON.stringify(name)}:${write(member)}`).join(',')}}`;
  }
}

const text = (value: string): Written => ({ kind: 'text', text: value });
const name = hostileName.filter((each) => isCedarText(each) && !isEscape(each));
/** Few values, so that policies match them. */
const word = fc.oneof(fc.constantFrom('x', 'y', 'xy', ''), fc.string({ unit: 'grapheme', maxLength: 4 }));

const string: fc.Arbitrary<Modelled> = fc
  .tuple(
    word,
    fc.constantFrom<(value: string) => object>(
      () => ({ type: 'string' }),
      () => ({ type: ['string', 'null'], format: 'date-time' }),
      () => ({ anyOf: [{ type: 'string' }, { type: 'null' }] }),
      (value) => ({ enum: [value, 'other'] }),
      (value) => ({ oneOf: [{ const: value }, { const: 'other' }] }),
    ),
  )
  .map(([value, schema]) => ({ schema: schema(value), value: text(JSON.stringify(value)) }));

const integer: fc.Arbitrary<Modelled> = fc
  .tuple(
    fc.oneof(fc.integer({ min: -2, max: 10 }), fc.maxSafeInteger()),
    fc.constantFrom<(digits: string) => string>(
      (digits) => digits,
      (digits) => `${digits}.0`,
      (digits) => `${digits}e0`,
      (digits) => (digits === '0' ? '0e-2' : `${digits}00e-2`),
      (digits) => `${digits}.00E+0`,
    ),
    fc.constantFrom(
      { type: 'integer' },
      { allOf: [{ type: 'number' }, { type: 'integer', minimum: -9e15 }] },
    ),
  )
  .map(([value, written, schema]) => ({ schema, value: text(written(String(value))) }));

const decimal: fc.Arbitrary<Modelled> = fc
  .tuple(
    fc.oneof(fc.integer({ min: -20, max: 20 }), fc.integer()),
    fc.integer({ min: -4, max: 3 }),
    fc.constantFrom({ type: 'number' }, { type: ['integer', 'number', 'null'] }),
  )
  .map(([units, exponent, schema]) => ({ schema, value: text(`${units}e${exponent}`) }));

const boolean: fc.Arbitrary<Modelled> = fc
  .boolean()
  .map((value) => ({ schema: { type: 'boolean' }, value: text(String(value)) }));

const scalar = fc.oneof(string, integer, decimal, boolean);

/** Values of one schema: a list needs several. */
const elements = fc.oneof(
  fc
    .array(word, { maxLength: 3 })
    .map((words) => ({ type: 'string', values: words.map((each) => JSON.stringify(each)) })),
  fc
    .array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 })
    .map((numbers) => ({ type: 'integer', values: numbers.map(String) })),
  fc
    .array(fc.constantFrom('1', '1.0', '1.50', '15e-1'), { maxLength: 3 })
    .map((values) => ({ type: 'number', values })),
);

const list: fc.Arbitrary<Modelled> = fc
  .tuple(elements, fc.boolean())
  .map(([{ type, values }, isOfRecords]): Modelled => {
    const items = isOfRecords ? { properties: { a: { type } }, required: ['a'] } : { type };
    const item = (value: string): Written =>
      isOfRecords ? { kind: 'object', members: [['a', text(value)]] } : text(value);
    return { schema: { type: 'array', items }, value: { kind: 'array', items: values.map(item) } };
  });

interface Property extends Modelled {
  readonly isRequired: boolean;
  readonly isSent: boolean;
}

/** How an object can be described: in one piece, in two, or as one of two alternatives. */
const STYLES = ['whole', 'split', 'alternatives'] as const;

function record(properties: Readonly<Record<string, Property>>, style: (typeof STYLES)[number]): Modelled {
  const entries = Object.entries(properties);
  const piece = (some: typeof entries): object => ({
    type: 'object',
    properties: Object.fromEntries(some.map(([key, { schema }]) => [key, schema])),
    required: some.filter(([, { isRequired }]) => isRequired).map(([key]) => key),
  });
  const half = entries.length >> 1;
  const schemas = {
    whole: piece(entries),
    split: { allOf: [piece(entries.slice(0, half)), piece(entries.slice(half))] },
    // The other alternative knows some of the members, and one of its own.
    alternatives: {
      oneOf: [piece(entries), piece([...entries.slice(0, half), ['~only here', ONLY_HERE] as const])],
    },
  };
  const sent = entries.filter(([, { isRequired, isSent }]) => isRequired || isSent);
  return {
    schema: schemas[style],
    value: { kind: 'object', members: sent.map(([key, { value }]) => [key, value] as const) },
  };
}

const ONLY_HERE: Property = {
  schema: { type: 'integer' },
  value: text('1'),
  isRequired: false,
  isSent: false,
};

const { object } = fc.letrec<{ object: Modelled; any: Modelled }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'modelled' },
    { arbitrary: scalar, weight: 4 },
    { arbitrary: list, weight: 2 },
    { arbitrary: tie('object'), weight: 2 },
  ),
  object: fc
    .tuple(
      fc.dictionary(
        name,
        fc
          .tuple(tie('any'), fc.boolean(), fc.boolean())
          .map(([modelled, isRequired, isSent]): Property => ({ ...modelled, isRequired, isSent })),
        { maxKeys: 5 },
      ),
      fc.constantFrom(...STYLES),
    )
    .map(([properties, style]) => record(properties, style)),
}));

/** A tool's input schema, as it stands or behind a reference, and arguments for it. */
export const modelledTool: fc.Arbitrary<Modelled> = fc
  .tuple(object, fc.boolean())
  .map(([{ schema, value }, isReferred]) => ({
    schema: isReferred ? { $ref: '#/$defs/root', $defs: { root: schema } } : schema,
    value,
  }));
