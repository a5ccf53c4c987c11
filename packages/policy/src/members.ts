// Shows policies the members of an object that has no schema (`_meta`, input responses) as an entity whose tags are the
// members: strings as they are, everything else as its JSON text, so that no member is invisible.

import type { CedarValueJson, EntityJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Unrepresentable } from './decision.ts';
import { type JsonObject, parseObject } from './json.ts';
import { isCedarText } from './reserved.ts';

const MAX_MEMBERS = 256;

/** The entity for one such object, and whether it shows all of it. */
export interface MappedMembers {
  readonly entity: EntityJson;
  readonly unrepresentable: readonly Unrepresentable[];
}

/** Maps the JSON text of `context.<member>`; absent text reads as no members. */
export function mapMembers(
  member: string,
  text: string | undefined,
): MappedMembers | { readonly why: string } {
  const parsed = text === undefined ? { ok: true as const, value: {} } : parseObject(text);
  if (!parsed.ok) return { why: parsed.why };
  const names = Object.keys(parsed.value);
  const tags = Object.create(null) as Record<string, CedarValueJson>;
  const lost = names.length > MAX_MEMBERS || !names.every((name) => addTag(tags, name, parsed.value));
  return {
    entity: {
      uid: { type: 'Members', id: member },
      attrs: { names: lost ? [] : names },
      parents: [],
      tags: lost ? {} : tags,
    },
    unrepresentable: lost
      ? [{ path: [member], why: `it has more than ${MAX_MEMBERS} members or is not well-formed Unicode` }]
      : [],
  };
}

function addTag(tags: Record<string, CedarValueJson>, name: string, object: JsonObject): boolean {
  const value = object[name];
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (!isCedarText(name) || !isCedarText(text)) return false;
  tags[name] = text;
  return true;
}
