import { expect, test } from 'vitest';
import type { Definition } from '../../../api/types.ts';
import { byNeed, standingSign } from './standing.ts';

const connections = (trouble: string | null) => ({ connections: 1, sessions: 1, trouble });
const listed = {
  kind: 'mcp',
  heldBack: 0,
  connections: null,
  fetchedAt: '2026-11-23T00:00:00Z',
  unlisted: null,
} as const;

test('trouble is told before what is held back, and that before what was never listed', () => {
  const label = (change: Partial<Parameters<typeof standingSign>[0]>) =>
    standingSign({ ...listed, ...change }).label;
  expect(label({ heldBack: 2, connections: connections('exited') })).toBe('Trouble');
  const unlisted = { reason: 'it is down', since: '2026-11-23T00:00:00Z' };
  expect(label({ heldBack: 2, unlisted })).toBe('Could not be listed');
  expect(label({ heldBack: 2, connections: connections(null), fetchedAt: null })).toBe('2 held back');
  expect(label({ fetchedAt: null })).toBe('Never listed');
  expect(label({ fetchedAt: null, kind: 'a2a' })).toBe('As it should be');
});

test('what waits is told apart from what does not', () => {
  const definition = (name: string, state: Definition['state']) => ({ name, state }) as Definition;
  const { waiting, accepted } = byNeed([
    definition('a', 'accepted'),
    definition('b', 'changed'),
    definition('c', 'new'),
  ]);
  expect([waiting.map(({ name }) => name), accepted.map(({ name }) => name)]).toEqual([['b', 'c'], ['a']]);
});
