// Builds the slice of entities that one call needs (DESIGN section 6, "Entities"), matching `schema/vocabulary.ts`
// member for member. Facts in, Cedar's JSON out; nothing here comes from the caller.

import type { CedarValueJson, EntityJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import type { AgentFacts, ServerFacts, TargetFacts, UserFacts } from './facts.ts';
import { byCodeUnits } from './reserved.ts';
import { toolAction } from './schema/build.ts';

/** A set of entities, each once. The first word on an entity holds: the caller as it authenticated, before the callee. */
export interface EntitySlice {
  add(entity: EntityJson): void;
  readonly entities: readonly EntityJson[];
}

export function createSlice(): EntitySlice {
  const entities: EntityJson[] = [];
  return {
    entities,
    add(entity) {
      // They are about ten, whatever is called: looking through them takes less than a key for each.
      const { type, id } = entity.uid as TypeAndId;
      for (const { uid } of entities) {
        const known = uid as TypeAndId;
        if (known.id === id && known.type === type) return;
      }
      entities.push(entity);
    },
  };
}

export const ref = (type: string, id: string): CedarValueJson => ({ __entity: { type, id } });

/** The same labels in the same order, however they were collected. */
export function distinct(...lists: readonly (readonly string[])[]): string[] {
  const [first = []] = lists;
  if (lists.length === 1 && first.length < 2) return [...first];
  const [only = [], ...others] = lists.filter(({ length }) => length > 0);
  if (others.length === 0 && only.length < 2) return [...only];
  return [...new Set([only, ...others].flat())].sort(byCodeUnits);
}

export function addUser(slice: EntitySlice, user: UserFacts): TypeAndId {
  return add(slice, userEntity(user));
}

export function addAgent(slice: EntitySlice, agent: AgentFacts): TypeAndId {
  const uid = add(slice, agentEntity(agent));
  addUser(slice, agent.owner);
  return uid;
}

export function addServer(slice: EntitySlice, server: ServerFacts): TypeAndId {
  return add(slice, serverEntity(server));
}

/** Adds what the call is made on, with the server it belongs to. */
export function addTarget(slice: EntitySlice, target: TargetFacts): TypeAndId {
  if (target.kind === 'agent') return addAgent(slice, target);
  if (target.kind === 'server') return addServer(slice, target);
  const uid = add(slice, servedEntity(target));
  addServer(slice, target.server);
  return uid;
}

function add(slice: EntitySlice, entity: EntityJson): TypeAndId {
  slice.add(entity);
  return entity.uid as TypeAndId;
}

function userEntity(user: UserFacts): EntityJson {
  const groups = distinct(user.groups);
  return {
    uid: { type: 'User', id: user.name },
    attrs: { email: user.email, groups, active: user.active },
    parents: groups.map((id) => ({ type: 'Group', id })),
  };
}

function agentEntity(agent: AgentFacts): EntityJson {
  return {
    uid: { type: 'Agent', id: agent.name },
    attrs: {
      owner: ref('User', agent.owner.name),
      team: ref('Team', agent.team),
      purpose: agent.purpose,
      capabilities: distinct(agent.capabilities),
      risk: agent.risk,
      environment: agent.environment,
      labels: distinct(agent.labels),
      assurance: agent.assurance,
    },
    parents: [{ type: 'Team', id: agent.team }],
  };
}

function serverEntity(server: ServerFacts): EntityJson {
  return {
    uid: { type: 'Server', id: server.name },
    attrs: {
      server: ref('Server', server.name),
      name: server.name,
      team: ref('Team', server.team),
      environment: server.environment,
      risk: server.risk,
      labels: distinct(server.labels),
    },
    parents: [{ type: 'Team', id: server.team }],
  };
}

type ServedFacts = Exclude<TargetFacts, AgentFacts | ServerFacts>;

function servedEntity(target: ServedFacts): EntityJson {
  const own = target.kind === 'resource' ? { uri: target.uri } : { name: target.name };
  const hints =
    target.kind === 'tool'
      ? {
          readOnly: target.readOnly,
          destructive: target.destructive,
          idempotent: target.idempotent,
          openWorld: target.openWorld,
        }
      : {};
  return {
    uid: targetUid(target),
    attrs: {
      server: ref('Server', target.server.name),
      risk: target.risk,
      labels: targetLabels(target),
      ...own,
      ...hints,
    },
    parents: [{ type: 'Server', id: target.server.name }],
  };
}

/** The entity that stands for something a server serves. */
function targetUid(target: ServedFacts): TypeAndId {
  switch (target.kind) {
    case 'tool':
      return { type: 'Tool', id: toolAction(target.server.name, target.name) };
    case 'prompt':
      return { type: 'Prompt', id: toolAction(target.server.name, target.name) };
    case 'resource':
      return { type: 'Resource', id: toolAction(target.server.name, target.uri) };
    default:
      return target satisfies never;
  }
}

/** All labels that hold for a target: its own and its server's. */
export function targetLabels(target: TargetFacts): string[] {
  return target.kind === 'agent' || target.kind === 'server'
    ? distinct(target.labels)
    : distinct(target.labels, target.server.labels);
}
