// The one type of a value that is of one of several types, where there is one. Sound for any value of any of them: what
// only some of them have may be missing, and what they do not agree on is left out. Pure.

import type { InputRecord, InputType } from './types.ts';

export type Attributes = Map<string, { type: InputType; required: boolean }>;

/** Null where there is no such type. `disagree` is told each member of a record that is left out. */
export function unite(types: readonly InputType[], disagree: (name: string) => unknown): InputType | null {
  const [first, ...others] = types;
  if (first === undefined) return null;
  const records = types.filter((type) => type.kind === 'record');
  if (records.length === types.length) return uniteRecords(records, disagree);
  return others.every((other) => isSame(first, other)) ? first : null;
}

function uniteRecords(records: readonly InputRecord[], disagree: (name: string) => unknown): InputRecord {
  const attributes: Attributes = new Map();
  const names = new Set(records.flatMap((record) => [...record.attributes.keys()]));
  for (const name of names) {
    const found = records.flatMap((record) => record.attributes.get(name) ?? []);
    const type = unite(
      found.map((attribute) => attribute.type),
      disagree,
    );
    if (type === null) disagree(name);
    else {
      const required = found.length === records.length && found.every((attribute) => attribute.required);
      attributes.set(name, { type, required });
    }
  }
  return { kind: 'record', attributes };
}

function isSame(a: InputType, b: InputType): boolean {
  if (a.kind === 'set' && b.kind === 'set') return isSame(a.element, b.element);
  if (a.kind !== 'record' || b.kind !== 'record') return a.kind === b.kind;
  if (a.attributes.size !== b.attributes.size) return false;
  return [...a.attributes].every(([name, { type, required }]) => {
    const other = b.attributes.get(name);
    return other !== undefined && other.required === required && isSame(type, other.type);
  });
}
