import { expect, test } from 'vitest';
import { graphOf, type GraphCall } from './graph.ts';
import { layOut, NODE, pathThrough } from './layout.ts';

const call = (id: string, agent: string, upstream: string, protocol: string): GraphCall => ({
  id,
  agent,
  upstream,
  protocol,
  subject: null,
  resource: upstream,
  operation: protocol === 'a2a' ? 'a2a:message/send' : 'mcp:tools/call',
  parent: null,
  decision: 'allow',
});

test('whoever calls stands left of whom it calls, and nothing stands on anything else', () => {
  const graph = graphOf([
    call('1', 'planner', 'support', 'a2a'),
    call('2', 'support', 'crm', 'mcp'),
    call('3', 'support', 'mailer', 'mcp'),
    call('4', 'support', 'support', 'a2a'),
  ]);
  const { nodes, edges } = layOut(graph, 'LR');
  const at = (id: string) => nodes.get(id) ?? { x: Number.NaN, y: Number.NaN };
  expect(at('agent planner').x + NODE.width).toBeLessThan(at('agent support').x);
  expect(at('agent support').x + NODE.width).toBeLessThan(at('target crm').x);
  expect(Math.abs(at('target crm').y - at('target mailer').y)).toBeGreaterThanOrEqual(NODE.height);
  const below = layOut(graph, 'TB').nodes;
  expect(below.get('agent planner')?.y).toBeLessThan(below.get('target crm')?.y ?? Number.NaN);
  expect([...edges.values()].every(({ points }) => points.length >= 2)).toBe(true);
});

test('a line leads through its points without corners', () => {
  const points = [
    { x: 0, y: 0 },
    { x: 10, y: 0 },
    { x: 20, y: 10 },
    { x: 30, y: 10 },
  ];
  expect(pathThrough(points)).toBe('M0,0 Q10,0 15,5 Q20,10 30,10');
  expect(pathThrough(points.slice(0, 2))).toBe('M0,0 L10,0');
  expect(pathThrough([])).toBe('');
});
