import { expect, test } from 'vitest';
import { standingOf, toolsForPolicy } from './standing.ts';
import { catalogOf } from './testing/listing.ts';
import type { Pin } from './types.ts';

const typed = (type: string) => ({ type: 'object', properties: { amount: { type } } });
const pinOf = (name: string, type: string): Pin => {
  const [tool] = catalogOf([{ name, inputSchema: typed(type) }]).tools;
  if (tool === undefined) throw new Error('no tool');
  return { tool: name, definition: tool.definition, digest: tool.digest, acceptedBy: null, acceptedAt: 1 };
};

test('a tool is accepted, changed or new by its digest, and always accepted where nothing is pinned', () => {
  const pin = pinOf('pay', 'integer');
  expect(standingOf('first-seen', pin, pin.digest)).toBe('accepted');
  expect(standingOf('review', pin, pin.digest)).toBe('accepted');
  expect(standingOf('first-seen', pin, 'f'.repeat(64))).toBe('changed');
  expect(standingOf('review', undefined, pin.digest)).toBe('new');
  expect(standingOf('off', pin, 'f'.repeat(64))).toBe('accepted');
});

test('policies are typed by what was accepted, never by what waits, and do not know what nobody accepted', () => {
  const listed = catalogOf([
    { name: 'pay', inputSchema: typed('string') },
    { name: 'refund', inputSchema: typed('integer') },
    { name: 'wire', inputSchema: typed('integer') },
  ]).tools;
  const pins = new Map([
    ['pay', pinOf('pay', 'integer')],
    ['refund', pinOf('refund', 'integer')],
    ['gone', pinOf('gone', 'integer')],
  ]);
  const types = (pinning: 'review' | 'off') =>
    toolsForPolicy(pinning, listed, pins).map(({ name, inputSchema }) => [name, inputSchema]);
  expect(types('review')).toEqual([
    ['pay', typed('integer')],
    ['refund', typed('integer')],
  ]);
  expect(types('off')).toEqual([
    ['pay', typed('string')],
    ['refund', typed('integer')],
    ['wire', typed('integer')],
  ]);
});
