// Arbitrary messages of the schema, for tests: as ProtoJSON in its canonical form, so that reading and writing must give them
// back.
import { type DescField, type DescMessage, type JsonValue, ScalarType } from '@bufbuild/protobuf';
import * as fc from 'fast-check';

const DEPTH = 3;
/** The official SDK keeps milliseconds, and takes `__proto__` for what it is in JavaScript. */
export interface Within {
  readonly isForSdk: boolean;
}

export function messages(schema: DescMessage, within: Within, depth = 0): fc.Arbitrary<JsonValue> {
  const fields: Record<string, fc.Arbitrary<JsonValue | undefined>> = {};
  for (const field of schema.fields) {
    if (field.oneof !== undefined) continue;
    fields[field.jsonName] = fc.option(valueOf(field, within, depth), { nil: undefined, freq: 2 });
  }
  const plain = fc.record(fields);
  const chosen = schema.oneofs.map((each) =>
    fc.oneof(
      fc.constant({}),
      ...each.fields.map((field) =>
        valueOf(field, within, depth, true).map((value) => ({ [field.jsonName]: value })),
      ),
    ),
  );
  return fc
    .tuple(plain, ...chosen)
    .map((parts) => withoutAbsent(Object.assign({}, ...parts) as Record<string, JsonValue | undefined>));
}

function valueOf(
  field: DescField,
  within: Within,
  depth: number,
  isChosen = false,
): fc.Arbitrary<JsonValue | undefined> {
  switch (field.fieldKind) {
    case 'scalar':
      // A default is not written, unless it can be told from absence.
      return isChosen || field.proto.proto3Optional
        ? scalars(field.scalar)
        : scalars(field.scalar).map((value) => (isDefault(value) ? undefined : value));
    case 'enum':
      return fc.constantFrom(...field.enum.values.slice(1).map(({ name }) => name));
    case 'message':
      return nested(field.message, within, depth);
    case 'list': {
      const item =
        field.listKind === 'message'
          ? nested(field.message, within, depth).map((value) => value ?? {})
          : texts;
      return fc.array(item, { minLength: 1, maxLength: 3 });
    }
    case 'map': {
      const value =
        field.mapKind === 'message' ? nested(field.message, within, depth).map((each) => each ?? {}) : texts;
      return fc.dictionary(keys(within), value, { minKeys: 1, maxKeys: 3 });
    }
  }
}

function nested(message: DescMessage, within: Within, depth: number): fc.Arbitrary<JsonValue | undefined> {
  switch (message.typeName) {
    case 'google.protobuf.Struct':
      return fc.dictionary(keys(within), data(within), { maxKeys: 3 });
    case 'google.protobuf.Value':
      return data(within);
    case 'google.protobuf.Timestamp':
      return timestamps(within);
    default:
      return depth >= DEPTH ? fc.constant(undefined) : messages(message, within, depth + 1);
  }
}

const texts = fc.string({ unit: 'grapheme', maxLength: 8 });

function keys({ isForSdk }: Within): fc.Arbitrary<string> {
  return isForSdk ? texts.filter((key) => key !== '__proto__') : fc.oneof(texts, fc.constant('__proto__'));
}

const numbers = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  // JSON has one zero.
  .map((value) => (Object.is(value, -0) ? 0 : value));

function data(within: Within): fc.Arbitrary<JsonValue> {
  const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.oneof(fc.constant(null), fc.boolean(), numbers, texts),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(keys(within), tie('value'), { maxKeys: 3 }),
    ),
  }));
  return value;
}

function timestamps({ isForSdk }: Within): fc.Arbitrary<string> {
  const digits = isForSdk ? [0, 3] : [0, 3, 6, 9];
  return fc
    .tuple(
      fc.integer({ min: -62_135_596_800, max: 253_402_300_799 }),
      fc.constantFrom(...digits),
      fc.integer({ min: 1, max: 999 }),
    )
    .map(([seconds, places, part]) => {
      const whole = new Date((isForSdk ? Math.abs(seconds) : seconds) * 1000)
        .toISOString()
        .replace(/\.000Z$/, '');
      return places === 0 ? `${whole}Z` : `${whole}.${String(part).padStart(places, '0')}Z`;
    });
}

function scalars(type: ScalarType): fc.Arbitrary<JsonValue> {
  switch (type) {
    case ScalarType.BOOL:
      return fc.boolean();
    case ScalarType.INT32:
      return fc.integer();
    case ScalarType.BYTES:
      return fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('base64'));
    default:
      return texts;
  }
}

function isDefault(value: JsonValue): boolean {
  return value === '' || value === 0 || value === false;
}

function withoutAbsent(value: Readonly<Record<string, JsonValue | undefined>>): JsonValue {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as JsonValue;
}
