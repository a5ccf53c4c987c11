import { expect, test } from 'vitest';
import type { GraphEdge, GraphNode } from './lines.ts';
import { linesOf } from './lines.ts';
import { readGraphSearch } from './search.ts';

const node = (id: string) => ({ id, name: id.split(':')[1] }) as GraphNode;
const edge = (from: string, to: string) => ({ from, to }) as GraphEdge;

test('lines have who they lead from and to, in the order of the answer', () => {
  const nodes = [node('agent:clerk'), node('server:crm')];
  const lines = linesOf({
    nodes,
    edges: [edge('agent:clerk', 'server:crm'), edge('agent:clerk', 'server:gone')],
  });
  expect(lines.map(({ from, to }) => [from.name, to.name])).toEqual([['clerk', 'crm']]);
});

test('an address that means nothing means the last day of everybody', () => {
  expect(readGraphSearch({ span: 'year', agent: [7] })).toEqual({});
  expect(readGraphSearch({ span: 'week', agent: 'clerk' })).toEqual({ span: 'week', agent: 'clerk' });
});
