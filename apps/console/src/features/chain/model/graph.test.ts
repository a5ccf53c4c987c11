import { describe, expect, test } from 'vitest';
import { edgeAt, graphOf, type GraphCall } from './graph.ts';

const call = (id: string, facts: Partial<GraphCall>): GraphCall => ({
  id,
  agent: 'planner',
  subject: null,
  upstream: 'crm',
  resource: 'get_customer',
  operation: 'mcp:tools/call',
  protocol: 'mcp',
  parent: null,
  decision: 'allow',
  ...facts,
});

const calls = [
  call('1', {
    subject: 'dana',
    protocol: 'a2a',
    operation: 'a2a:message/send',
    upstream: 'support',
    resource: 'support',
  }),
  call('2', { agent: 'support', parent: '1' }),
  call('3', { agent: 'support', parent: '1', decision: 'deny' }),
  call('4', { agent: 'support', parent: '1', operation: 'mcp:elicitation', resource: 'support' }),
];

describe('the graph of a chain', () => {
  const { nodes, edges } = graphOf(calls);

  test('has each person, agent and target once, with the call that it came in by', () => {
    expect(nodes.map(({ kind, name, since }) => [kind, name, since])).toEqual([
      ['agent', 'planner', 1],
      ['person', 'dana', 1],
      ['agent', 'support', 1],
      ['target', 'crm/get_customer', 2],
      ['target', 'crm', 4],
    ]);
  });

  test('joins them by calls, and a server that asks to the agent that it asks', () => {
    expect(edges.map(({ id, calls: numbers }) => [id, numbers])).toEqual([
      ['person dana → agent planner', []],
      ['agent planner → agent support', [1]],
      ['agent support → target crm/get_customer', [2, 3]],
      ['target crm → agent support', [4]],
    ]);
  });

  test('says of an edge what had happened on it at each step', () => {
    const edge = edges[2];
    if (edge === undefined) throw new Error('no edge');
    const hops = calls.map((each, place) => ({
      call: { ...each, firstIndex: place, endedIndex: null, labels: [] },
      carried: place > 0 ? ['pii'] : [],
    }));
    const none = { allowed: 0, denied: 0, held: 0, labels: [], isCurrent: false };
    expect(edgeAt(edge, hops, 1)).toEqual(none);
    expect(edgeAt(edge, hops, 2)).toEqual({ ...none, allowed: 1, labels: ['pii'], isCurrent: true });
    expect(edgeAt(edge, hops, 3)).toMatchObject({ allowed: 1, denied: 1, labels: ['pii'] });
    expect(edgeAt(edge, hops, 4)).toMatchObject({ allowed: 1, denied: 1, isCurrent: false });
  });

  test('has a place for callers that nobody registered', () => {
    expect(graphOf([call('1', { agent: null, decision: 'deny' })]).nodes[0]).toMatchObject({
      kind: 'agent',
      name: 'unregistered',
    });
  });
});
