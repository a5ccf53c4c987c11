// The fixed half of the Cedar schema: entity types with their attributes, and the context that every action
// carries (DESIGN section 6). What `entities.ts` and `request.ts` build must match it member for member.

import type { AttributesOrContext, EntityType, Type, TypeOfAttribute } from '@cedar-policy/cedar-wasm/nodejs';

type CedarType = Type<string>;
type Attributes = Record<string, TypeOfAttribute<string>>;

export const STRING: CedarType = { type: 'String' };
export const LONG: CedarType = { type: 'Long' };
export const BOOLEAN: CedarType = { type: 'Boolean' };
export const DECIMAL: CedarType = { type: 'Extension', name: 'decimal' };
const DATETIME: CedarType = { type: 'Extension', name: 'datetime' };

export const set = (element: CedarType): CedarType => ({ type: 'Set', element });
const entity = (name: string): CedarType => ({ type: 'Entity', name });
export const record = (attributes: Attributes): AttributesOrContext<string> => ({
  type: 'Record',
  attributes,
});
const optional = (type: CedarType): TypeOfAttribute<string> => ({ ...type, required: false });

const STRINGS = set(STRING);

/** What an MCP server and everything in it have alike, so that one condition can speak of all of them. */
const SERVED: Attributes = { server: entity('Server'), risk: LONG, labels: STRINGS };

export const ENTITY_TYPES: Record<string, EntityType<string>> = {
  Group: {},
  Team: {},
  User: {
    memberOfTypes: ['Group'],
    shape: record({ email: STRING, groups: STRINGS, active: BOOLEAN }),
  },
  Agent: {
    memberOfTypes: ['Team'],
    shape: record({
      owner: entity('User'),
      team: entity('Team'),
      purpose: STRING,
      capabilities: STRINGS,
      risk: LONG,
      environment: STRING,
      labels: STRINGS,
      assurance: STRING,
    }),
  },
  Server: {
    memberOfTypes: ['Team'],
    shape: record({ ...SERVED, name: STRING, team: entity('Team'), environment: STRING }),
  },
  Tool: {
    memberOfTypes: ['Server'],
    shape: record({
      ...SERVED,
      name: STRING,
      readOnly: BOOLEAN,
      destructive: BOOLEAN,
      idempotent: BOOLEAN,
      openWorld: BOOLEAN,
    }),
  },
  Prompt: { memberOfTypes: ['Server'], shape: record({ ...SERVED, name: STRING }) },
  Resource: { memberOfTypes: ['Server'], shape: record({ ...SERVED, uri: STRING }) },
  // WHY: `_meta` has no schema, and tags are Cedar's only map from names unknown beforehand.
  Members: { shape: record({ names: STRINGS }), tags: STRING },
};

/** What is known of every call, whoever makes it. */
const COMMON: Attributes = {
  subject: optional(entity('User')),
  actors: STRINGS,
  chain: record({
    depth: LONG,
    labels: STRINGS,
    agents: set(entity('Agent')),
    root: optional(entity('Agent')),
    verified: BOOLEAN,
    link: STRING,
  }),
  exposure: record({ labels: STRINGS }),
  now: DATETIME,
};

/** Context of an operation that an agent asks for. */
export function agentContext(input: CedarType): AttributesOrContext<string> {
  return record({
    ...COMMON,
    input,
    meta: entity('Members'),
    inputResponses: entity('Members'),
    usage: record({ callsLastMinute: LONG, callsLastHour: LONG, callsLastDay: LONG }),
    token: record({ issuer: STRING, scopes: STRINGS, ageSeconds: LONG, assurance: STRING }),
  });
}

/** Context of a request that a server sends to its client, which comes with no credential. */
export function serverContext(input: CedarType): AttributesOrContext<string> {
  return record({ ...COMMON, input });
}
