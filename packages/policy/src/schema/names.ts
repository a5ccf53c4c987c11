// The names that a schema gives policies to speak of, as whoever writes policies meets them: what an attribute path can go on
// with, and which actions there are.

import type { PolicySchema } from './types.ts';

/** An attribute of an entity type, or a member of a record. */
export interface NamedMember {
  readonly name: string;
  /** As Cedar writes it: `String`, `Set<String>`, `User`; of a record, the name that it has in `types`. */
  readonly type: string;
  readonly isOptional: boolean;
}

export interface SchemaNames {
  /** By name of an entity type; `context`; `context of <action>` for what an action's context has besides. */
  readonly types: ReadonlyMap<string, readonly NamedMember[]>;
  readonly actions: readonly string[];
}

type Types = Map<string, readonly NamedMember[]>;

interface CedarRecord {
  readonly attributes: Readonly<Record<string, { readonly type: string; readonly required?: boolean }>>;
}

export function schemaNames({ json }: Pick<PolicySchema, 'json'>): SchemaNames {
  const types: Types = new Map();
  const actions: string[] = [];
  for (const { entityTypes, actions: declared } of Object.values(json)) {
    for (const [name, declaration] of Object.entries(entityTypes)) {
      const shape = 'shape' in declaration ? declaration.shape : null;
      types.set(name, isRecord(shape) ? membersOf(shape, name, types) : []);
    }
    for (const [id, { appliesTo }] of Object.entries(declared)) {
      actions.push(id);
      if (isRecord(appliesTo?.context)) noteContext(id, appliesTo.context, types);
    }
  }
  return { types, actions };
}

/** What every action has alike is said once; `input` is each action's own. */
function noteContext(action: string, { attributes }: CedarRecord, types: Types): void {
  const { input, ...common } = attributes;
  if (types.get('context') === undefined || Object.keys(common).length > (types.get('context')?.length ?? 0))
    types.set('context', membersOf({ attributes: common }, 'context', types));
  if (input === undefined) return;
  types.set(`context of ${action}`, [
    { name: 'input', type: typeText(input, `input of ${action}`, types), isOptional: false },
  ]);
}

function membersOf({ attributes }: CedarRecord, of: string, types: Types): readonly NamedMember[] {
  return Object.entries(attributes).map(([name, type]) => ({
    name,
    type: typeText(type, `${of}.${name}`, types),
    isOptional: type.required === false,
  }));
}

/** @param name what a record is to be called, should it be one. */
function typeText(type: object, name: string, types: Types): string {
  const { type: kind, name: named, element } = type as { type?: string; name?: string; element?: object };
  if (kind === 'Set' && element !== undefined) return `Set<${typeText(element, `${name}[]`, types)}>`;
  if (isRecord(type)) {
    types.set(name, membersOf(type, name, types));
    return name;
  }
  return named ?? kind ?? 'unknown';
}

function isRecord(type: unknown): type is CedarRecord {
  return typeof type === 'object' && type !== null && 'attributes' in type;
}
