// The types that a header field can have, as data: validation, TypeScript types and the documentation all
// come from these values. There is deliberately no free string and no float.

import { type Id, type IdPrefix, isId } from '../ids.ts';
import { type Digest, isDigest } from '../sha256.ts';

export interface IdField<P extends IdPrefix = IdPrefix> {
  readonly type: 'id';
  readonly prefixes: readonly P[];
}
export interface DigestField {
  readonly type: 'digest';
}
export interface UintField {
  readonly type: 'uint';
}
export interface EnumField<V extends string = string> {
  readonly type: 'enum';
  readonly values: readonly V[];
}
export interface NullableField<F extends PlainField = PlainField> {
  readonly type: 'nullable';
  readonly of: F;
}
export type PlainField = IdField | DigestField | UintField | EnumField;
export type Field = PlainField | NullableField;

/** The TypeScript type of the values of a field. */
export type ValueOf<F> =
  F extends NullableField<infer Inner>
    ? ValueOf<Inner> | null
    : F extends IdField<infer P>
      ? Id<P>
      : F extends DigestField
        ? Digest
        : F extends UintField
          ? number
          : F extends EnumField<infer V>
            ? V
            : never;

export const DIGEST: DigestField = { type: 'digest' };
export const UINT: UintField = { type: 'uint' };

export function id<const P extends IdPrefix>(...prefixes: readonly P[]): IdField<P> {
  return { type: 'id', prefixes };
}

export function oneOf<const V extends string>(...values: readonly V[]): EnumField<V> {
  return { type: 'enum', values };
}

export function orNull<F extends PlainField>(of: F): NullableField<F> {
  return { type: 'nullable', of };
}

export function isValueOf(field: Field, value: unknown): boolean {
  switch (field.type) {
    case 'nullable':
      return value === null || isValueOf(field.of, value);
    case 'id':
      return isId(value, ...field.prefixes);
    case 'digest':
      return isDigest(value);
    case 'uint':
      return isUint(value);
    case 'enum':
      return typeof value === 'string' && field.values.includes(value);
  }
}

export function isUint(value: unknown): value is number {
  // Object.is: -0 is a safe integer that canonical JSON prints as 0.
  return Number.isSafeInteger(value) && (value as number) >= 0 && !Object.is(value, -0);
}

/** How documentation and error messages name a field type. */
export function describeField(field: Field): string {
  switch (field.type) {
    case 'nullable':
      return `${describeField(field.of)} or null`;
    case 'id':
      return `id(${field.prefixes.join(', ')})`;
    case 'enum':
      return field.values.map((value) => `"${value}"`).join(' ');
    case 'digest':
    case 'uint':
      return field.type;
  }
}
