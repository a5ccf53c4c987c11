import { describe, expect, test } from 'vitest';
import { openCedar } from './cedar-door.ts';
import type { CedarRequest } from './decision.ts';
import { needsOf } from './index/needs.ts';
import { project, type Shown } from './project.ts';
import { viewOf } from './view.ts';

const cedar = openCedar();
const uid = (type: string, id: string) => ({ type, id });
const ref = (type: string, id: string) => ({ __entity: uid(type, id) });

const REQUEST: CedarRequest = {
  principal: uid('Agent', 'a'),
  action: uid('Action', 's/x'),
  resource: uid('Tool', 's/x'),
  context: {
    input: { n: 1, r: { n: 2, s: 'x' } },
    chain: { depth: 1, root: ref('Agent', 'a') },
    now: { __extn: { fn: 'datetime', arg: '2026-01-01' } },
  },
  entities: [
    {
      uid: uid('Agent', 'a'),
      attrs: { risk: 2, purpose: 'p', team: ref('Team', 'red') },
      parents: [uid('Team', 'red'), uid('Team', 'blue')],
    },
    {
      uid: uid('Tool', 's/x'),
      attrs: { risk: 1, server: ref('Server', 's') },
      parents: [uid('Server', 's')],
    },
    { uid: uid('Server', 's'), attrs: { risk: 3 }, parents: [uid('Team', 'red')] },
    {
      uid: uid('Action', 's/x'),
      attrs: {},
      parents: [uid('Action', 'mcp:tools/call'), uid('Action', 'mcp')],
    },
  ],
};

function shown(condition: string, scope = 'principal, action, resource', isVolatile = true): Shown {
  const answer = cedar.policyToJson(`permit (${scope}) when { ${condition} };`);
  if (answer.type === 'failure') throw new Error(answer.errors[0]?.message ?? '');
  return project(viewOf(REQUEST), { needs: needsOf([answer.json]), isVolatile });
}

describe('of a request is shown', () => {
  test('nothing where nothing is read', () => {
    expect(shown('true')).toEqual({ context: {}, entities: [] });
  });

  test('what is read, and of records no more than is read of them', () => {
    expect(shown('principal.risk > 1 && context.input.r.n > 1')).toEqual({
      context: { input: { r: { n: 2 } } },
      entities: [{ uid: uid('Agent', 'a'), attrs: { risk: 2 }, parents: [] }],
    });
  });

  test('a record as a whole where it is compared', () => {
    expect(shown('context.input.r == {"n": 2, "s": "x"} && context.input.r.n > 1').context).toEqual({
      input: { r: { n: 2, s: 'x' } },
    });
  });

  test('what is tested for above an entity, flat, and nothing else above it', () => {
    expect(shown('true', 'principal, action in Action::"mcp", resource in Team::"red"').entities).toEqual([
      { uid: uid('Action', 's/x'), attrs: {}, parents: [uid('Action', 'mcp')] },
      { uid: uid('Tool', 's/x'), attrs: {}, parents: [uid('Team', 'red')] },
    ]);
    expect(shown('resource in principal.team').entities).toEqual([
      { uid: uid('Agent', 'a'), attrs: { team: ref('Team', 'red') }, parents: [] },
      { uid: uid('Tool', 's/x'), attrs: {}, parents: [uid('Team', 'red')] },
    ]);
    expect(shown('true', 'principal, action, resource in Server::"another"').entities).toEqual([]);
  });

  test('an entity that two ways lead to, with what each of them reads and tests for', () => {
    expect(
      shown('principal in Team::"red" && context.chain.root in Team::"blue" && context.chain.root.risk > 1')
        .entities,
    ).toEqual([
      {
        uid: uid('Agent', 'a'),
        attrs: { risk: 2 },
        parents: [uid('Team', 'red'), uid('Team', 'blue')],
      },
    ]);
  });

  test('everything where it cannot be followed, but for what lasting policies do not read', () => {
    const whole = '{"who": principal}.who.risk > 1';
    expect(shown(whole)).toEqual({ context: REQUEST.context, entities: REQUEST.entities });
    expect(shown(whole, 'principal, action, resource', false)).toEqual({
      context: { chain: REQUEST.context['chain'] },
      entities: REQUEST.entities,
    });
  });
});

test('a request that describes an entity twice is refused', () => {
  const [first] = REQUEST.entities;
  if (first === undefined) throw new Error('no entity');
  expect(() => viewOf({ ...REQUEST, entities: [...REQUEST.entities, first] })).toThrow(/twice/);
});
