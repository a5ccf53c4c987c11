import { expect, test } from 'vitest';
import { openCedar } from '../cedar-door.ts';
import { sha256Hex } from '../testing/facts.ts';
import { buildSchema } from './build.ts';

const tool = (name: string, properties: unknown = {}): { name: string; inputSchema: unknown } => ({
  name,
  inputSchema: { type: 'object', properties },
});

test('the digest is of the content, not of the order in which servers and tools were listed', () => {
  const a = { name: 'a', tools: [tool('x', { p: { type: 'string' }, q: { type: 'string' } }), tool('y')] };
  const b = { name: 'b', tools: [tool('z')] };
  const again = {
    name: 'a',
    tools: [tool('y'), tool('x', { q: { type: 'string' }, p: { type: 'string' } })],
  };
  const one = buildSchema({ servers: [a, b], groups: [], teams: [] }, sha256Hex);
  const two = buildSchema({ servers: [b, again], groups: ['g'], teams: [] }, sha256Hex);
  expect(two.digest).toBe(one.digest);
  const changed = buildSchema({ servers: [a], groups: [], teams: [] }, sha256Hex);
  expect(changed.digest).not.toBe(one.digest);
});

test('a server whose name could be taken for another action is left out', () => {
  const servers = [
    { name: 'mcp:tools', tools: [tool('call')] },
    { name: 'a/b', tools: [tool('c')] },
  ];
  const { tools, omissions } = buildSchema({ servers, groups: [], teams: [] }, sha256Hex);
  expect(tools.size).toBe(0);
  expect(omissions.map(({ tool }) => tool)).toEqual(['a/b', 'mcp:tools']);
});

test('a tool listed twice counts once, and is listed as left out', () => {
  const servers = [{ name: 'a', tools: [tool('x', { p: { type: 'string' } }), tool('x')] }];
  const { tools, omissions } = buildSchema({ servers, groups: [], teams: [] }, sha256Hex);
  expect([...(tools.get('a/x')?.attributes.keys() ?? [])]).toEqual(['p']);
  expect(omissions).toEqual([{ tool: 'a/x', pointer: '', why: 'the server lists two tools of this name' }]);
});

test('an empty catalogue is a schema', () => {
  const { json } = buildSchema({ servers: [], groups: [], teams: [] }, sha256Hex);
  expect(openCedar().checkParseSchema(json)).toEqual({ type: 'success' });
});
