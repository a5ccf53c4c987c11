// Builds the one Cedar schema that types policies and calls: the fixed vocabulary plus an action per known tool
// (DESIGN section 6). In Cedar's JSON form, never as text: names are data there, whatever characters they hold.

import type { ActionType, SchemaJson, Type, TypeOfAttribute } from '@cedar-policy/cedar-wasm/nodejs';
import { OPERATIONS } from '../operations.ts';
import { byCodeUnits, isCedarText } from '../reserved.ts';
import { serverBudget } from './budget.ts';
import { inputOf } from './fixed-inputs.ts';
import { mapInputSchema } from './json-schema.ts';
import type { InputRecord, InputType, Omission, PolicySchema, SchemaInput, Sha256Hex } from './types.ts';
import {
  agentContext,
  BOOLEAN,
  DECIMAL,
  ENTITY_TYPES,
  LONG,
  record,
  STRING,
  serverContext,
  set,
} from './vocabulary.ts';

const MAX_ACTION = 1_024;

/** Builds the schema. A tool that cannot have an action is left out and listed, and calls of it cannot be permitted. */
export function buildSchema(input: SchemaInput, sha256Hex: Sha256Hex): PolicySchema {
  const omissions: Omission[] = [];
  const tools = new Map<string, InputRecord>();
  for (const server of [...input.servers].sort((a, b) => byCodeUnits(a.name, b.name))) {
    if (/[/:]/.test(server.name)) {
      omissions.push({ tool: server.name, pointer: '', why: 'a server name must hold neither `/` nor `:`' });
      continue;
    }
    const budgetOfTool = serverBudget();
    for (const tool of [...server.tools].sort((a, b) => byCodeUnits(a.name, b.name))) {
      const action = toolAction(server.name, tool.name);
      const why = unusable(action, tools);
      if (why !== null) {
        omissions.push({ tool: action, pointer: '', why });
        continue;
      }
      const mapped = mapInputSchema(action, tool.inputSchema, budgetOfTool());
      tools.set(action, mapped.input);
      omissions.push(...mapped.omissions);
    }
  }
  const json: SchemaJson<string> = { '': { entityTypes: ENTITY_TYPES, actions: actionsFor(tools) } };
  return {
    json,
    digest: sha256Hex(JSON.stringify(json)),
    tools,
    omissions,
    servers: new Set(input.servers.map(({ name }) => name)),
    groups: new Set(input.groups),
    teams: new Set(input.teams),
    broken: new Map(),
  };
}

/** The id of a tool's own action, which is also the id of its entity. */
export function toolAction(server: string, tool: string): string {
  return `${server}/${tool}`;
}

function unusable(action: string, taken: ReadonlyMap<string, InputRecord>): string | null {
  if (taken.has(action)) return 'the server lists two tools of this name';
  if (action.length > MAX_ACTION) return `the name is longer than ${MAX_ACTION} characters`;
  return isCedarText(action) ? null : 'the name is not well-formed Unicode';
}

function actionsFor(tools: ReadonlyMap<string, InputRecord>): Record<string, ActionType<string>> {
  const actions = Object.create(null) as Record<string, ActionType<string>>;
  for (const [id, { group, resources, principal }] of OPERATIONS) {
    const memberOf = group === null ? [] : [{ id: group }];
    const input = cedarType(inputOf(id));
    const context = principal === 'Server' ? serverContext(input) : agentContext(input);
    actions[id] =
      resources.length === 0
        ? { memberOf }
        : { memberOf, appliesTo: { principalTypes: [principal], resourceTypes: [...resources], context } };
  }
  for (const [id, input] of tools) {
    actions[id] = {
      memberOf: [{ id: 'mcp:tools/call' }],
      appliesTo: {
        principalTypes: ['Agent'],
        resourceTypes: ['Tool'],
        context: agentContext(cedarType(input)),
      },
    };
  }
  return actions;
}

function cedarType(type: InputType): Type<string> {
  switch (type.kind) {
    case 'string':
      return STRING;
    case 'long':
      return LONG;
    case 'decimal':
      return DECIMAL;
    case 'boolean':
      return BOOLEAN;
    case 'set':
      return set(cedarType(type.element));
    case 'record': {
      const attributes = Object.create(null) as Record<string, TypeOfAttribute<string>>;
      for (const [name, { type: of, required }] of [...type.attributes].sort(([a], [b]) =>
        byCodeUnits(a, b),
      )) {
        attributes[name] = { ...cedarType(of), required };
      }
      return record(attributes);
    }
    default:
      return type satisfies never;
  }
}
