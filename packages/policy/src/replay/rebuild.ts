// The entities of a recorded request with what is registered of some of them in place of how they were then: for looking
// at a change of the registry by the calls that it would have moved (DESIGN section 6). What the caller brought itself
// (the assurance of its token, the members that it sent) stays as it was.

import type { EntityJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import { addAgent, addServer, addTarget, addUser, createSlice, type EntitySlice } from '../entities.ts';
import type { AgentFacts, Assurance, ServerFacts, TargetFacts, UserFacts } from '../facts.ts';

/** What stands for the entity of that id; undefined leaves it as it was recorded. */
export interface RegisteredFacts {
  agent(name: string): AgentFacts | undefined;
  user(name: string): UserFacts | undefined;
  server(name: string): ServerFacts | undefined;
  /** A tool, prompt or resource, by its entity's type and id (`<server>/<name>`). */
  served(type: 'Tool' | 'Prompt' | 'Resource', id: string): TargetFacts | undefined;
}

/** Null where none of them is another one than it was. */
export function rebuiltEntities(
  entities: readonly EntityJson[],
  facts: RegisteredFacts,
): readonly EntityJson[] | null {
  const slice = createSlice();
  let isRebuilt = false;
  for (const entity of entities) {
    if (rebuild(entity, facts, slice)) isRebuilt = true;
    else slice.add(entity);
  }
  return isRebuilt ? slice.entities : null;
}

function rebuild(entity: EntityJson, facts: RegisteredFacts, slice: EntitySlice): boolean {
  const { type, id } = entity.uid as TypeAndId;
  switch (type) {
    case 'Agent': {
      const agent = facts.agent(id);
      if (agent !== undefined) addAgent(slice, { ...agent, assurance: assuranceOf(entity) });
      return agent !== undefined;
    }
    case 'User': {
      const user = facts.user(id);
      if (user !== undefined) addUser(slice, user);
      return user !== undefined;
    }
    case 'Server': {
      const server = facts.server(id);
      if (server !== undefined) addServer(slice, server);
      return server !== undefined;
    }
    case 'Tool':
    case 'Prompt':
    case 'Resource': {
      const target = facts.served(type, id);
      if (target !== undefined) addTarget(slice, target);
      return target !== undefined;
    }
    default:
      return false;
  }
}

function assuranceOf({ attrs }: EntityJson): Assurance {
  const assurance = attrs['assurance'];
  return assurance === 'attested' || assurance === 'confidential' || assurance === 'public'
    ? assurance
    : 'unproven';
}
