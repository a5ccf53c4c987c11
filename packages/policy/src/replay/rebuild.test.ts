import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CedarRequest } from '../decision.ts';
import type { AgentFacts, CallFacts, ServerFacts, TargetFacts, UserFacts } from '../facts.ts';
import { buildRequest } from '../request.ts';
import { CATALOGUE, facts } from '../testing/arbitraries.ts';
import { schemaOf } from '../testing/set-up.ts';
import { rebuiltEntities, type RegisteredFacts } from './rebuild.ts';

const schema = schemaOf(CATALOGUE);

function requestOf(call: CallFacts): CedarRequest {
  const built = buildRequest({ ...call, input: '{"n":3}' }, schema);
  if (!built.ok) throw new Error('the call of a test has no request');
  return built.request;
}

const nothing: RegisteredFacts = {
  agent: () => undefined,
  user: () => undefined,
  server: () => undefined,
  served: () => undefined,
};

/** All that is registered of a call. */
function registered({ principal, resource, subject }: CallFacts): RegisteredFacts {
  if (principal.kind !== 'agent' || resource.kind !== 'tool') throw new Error('the ordinary call changed');
  const named =
    <T extends AgentFacts | UserFacts | ServerFacts>(known: readonly T[]) =>
    (name: string) =>
      known.find((one) => one.name === name);
  return {
    agent: named([principal]),
    user: named([principal.owner, ...(subject === undefined ? [] : [subject])]),
    server: named([resource.server]),
    served: (_, id): TargetFacts | undefined =>
      id === `${resource.server.name}/${resource.name}` ? resource : undefined,
  };
}

const byId = (entities: CedarRequest['entities'] | null) =>
  new Map((entities ?? []).map((entity) => [JSON.stringify(entity.uid), entity]));

test('a request whose objects are replaced is the request that those objects would have made', () => {
  fc.assert(
    fc.property(facts, facts, (then, now) => {
      // The same call of the same agent, on behalf of the same person: only what is registered of them differs.
      const subject = then.subject === undefined ? {} : { subject: { ...then.subject, groups: ['finance'] } };
      const wanted: CallFacts = { ...then, principal: now.principal, resource: now.resource, ...subject };
      const root = wanted.principal.kind === 'agent' && then.chain.root ? { root: wanted.principal } : {};
      const made = requestOf({ ...wanted, chain: { ...then.chain, ...root } });
      expect(byId(rebuiltEntities(requestOf(then).entities, registered(wanted)))).toEqual(
        byId(made.entities),
      );
    }),
  );
});

test('nothing is rebuilt of what is not named', () => {
  fc.assert(
    fc.property(facts, (call) => {
      expect(rebuiltEntities(requestOf(call).entities, nothing)).toBeNull();
    }),
  );
});

test('how well the caller proved itself stays as it was, and a new owner comes along', () => {
  fc.assert(
    fc.property(facts, (call) => {
      if (call.principal.kind !== 'agent') throw new Error('the ordinary call changed');
      const owner = { name: 'nina', email: 'nina@example.com', groups: [], active: false };
      const principal: AgentFacts = { ...call.principal, owner, assurance: 'unproven' };
      const rebuilt = byId(
        rebuiltEntities(requestOf(call).entities, {
          ...nothing,
          agent: (name) => (name === principal.name ? principal : undefined),
        }),
      );
      expect(rebuilt.get(JSON.stringify({ type: 'User', id: 'nina' }))?.attrs).toMatchObject({
        active: false,
      });
      const agent = rebuilt.get(JSON.stringify({ type: 'Agent', id: principal.name }));
      expect(agent?.attrs['assurance']).toBe(call.principal.assurance);
    }),
  );
});
