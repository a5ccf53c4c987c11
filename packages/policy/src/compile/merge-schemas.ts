// One schema out of two: what is now, with the older definitions of some tools (DESIGN section 6, "a schema change
// revalidates the live set").

import type { ActionType, SchemaJson } from '@cedar-policy/cedar-wasm/nodejs';
import { byCodeUnits } from '../reserved.ts';
import type { InputRecord, PolicySchema, Sha256Hex } from '../schema/types.ts';

/** What a merged schema keeps of the one before. */
export interface Kept {
  /** Ids of tools that keep the definition they had before; one that had none stays out. */
  readonly tools: ReadonlySet<string>;
  readonly groups: readonly string[];
  readonly teams: readonly string[];
  /** Action ids whose calls are denied, each with why. */
  readonly broken: ReadonlyMap<string, string>;
}

/** Ids of the tools that one schema has and the other has not, or has otherwise. */
export function changedTools(before: PolicySchema, after: PolicySchema): string[] {
  const ids = new Set([...before.tools.keys(), ...after.tools.keys()]);
  const shown = (schema: PolicySchema, id: string): string => JSON.stringify(actionOf(schema, id) ?? null);
  return [...ids].filter((id) => shown(before, id) !== shown(after, id)).sort(byCodeUnits);
}

/** `after`, with what is kept of `before`. Without an address: nothing may be loaded with it before it is `addressed`. */
export function mergeSchemas(before: PolicySchema, after: PolicySchema, kept: Kept): PolicySchema {
  const tools = new Map<string, InputRecord>();
  const ids = [...new Set([...after.tools.keys(), ...kept.tools])].sort(byCodeUnits);
  const own = Object.create(null) as Record<string, ActionType<string>>;
  for (const id of ids) {
    const from = kept.tools.has(id) ? before : after;
    const input = from.tools.get(id);
    const action = actionOf(from, id);
    if (input === undefined || action === undefined) continue;
    tools.set(id, input);
    own[id] = action;
  }
  return {
    json: withTools(after, own),
    digest: '',
    tools,
    omissions: [
      ...after.omissions.filter(({ tool }) => !kept.tools.has(tool)),
      ...before.omissions.filter(({ tool }) => kept.tools.has(tool)),
    ],
    servers: after.servers,
    groups: new Set([...after.groups, ...kept.groups]),
    teams: new Set([...after.teams, ...kept.teams]),
    broken: kept.broken,
  };
}

/** A merged schema under a digest of its own, since it is neither of the two that it was made of. */
export function addressed(schema: PolicySchema, sha256Hex: Sha256Hex): PolicySchema {
  const { json, broken, groups, teams } = schema;
  const identity = [json, [...broken], [...groups].sort(), [...teams].sort()];
  return { ...schema, digest: sha256Hex(JSON.stringify(identity)) };
}

function actionOf({ json }: PolicySchema, id: string): ActionType<string> | undefined {
  const actions = Object.values(json).map((namespace) => namespace.actions);
  return actions.find((known) => Object.hasOwn(known, id))?.[id];
}

/** The schema's JSON with other tools in place of its own. */
function withTools(
  { json, tools }: PolicySchema,
  own: Readonly<Record<string, ActionType<string>>>,
): SchemaJson<string> {
  const merged: SchemaJson<string> = {};
  for (const [name, namespace] of Object.entries(json)) {
    const actions = Object.create(null) as Record<string, ActionType<string>>;
    for (const [id, action] of Object.entries(namespace.actions)) if (!tools.has(id)) actions[id] = action;
    merged[name] = { ...namespace, actions: Object.assign(actions, own) };
  }
  return merged;
}
