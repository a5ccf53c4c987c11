import { expect, test } from 'vitest';
import { standingOf, toolsForPolicy } from './standing.ts';
import { catalogOf } from './testing/listing.ts';
import type { Pin, ServerPins } from './types.ts';

const typed = (type: string) => ({ type: 'object', properties: { amount: { type } } });
const pinOf = (name: string, type: string): Pin => {
  const [tool] = catalogOf([{ name, inputSchema: typed(type) }]).tools;
  if (tool === undefined) throw new Error('no tool');
  const { kind, definition, digest } = tool;
  return { kind, name, definition, digest, acceptedBy: null, acceptedAt: 1 };
};

const pinsOf = (...pins: readonly Pin[]): ServerPins => ({
  get: (kind, name) => pins.find((pin) => pin.kind === kind && pin.name === name),
  isUnrecorded: ({ digest }) => digest === 'e'.repeat(64),
});

test('a tool is accepted, changed or new by its digest, and always accepted where nothing is pinned', () => {
  const pin = pinOf('pay', 'integer');
  const changed = { ...pin, digest: 'f'.repeat(64) };
  expect(standingOf('first-seen', pinsOf(pin), pin)).toBe('accepted');
  expect(standingOf('review', pinsOf(pin), pin)).toBe('accepted');
  expect(standingOf('first-seen', pinsOf(pin), changed)).toBe('changed');
  expect(standingOf('review', pinsOf(), pin)).toBe('new');
  expect(standingOf('off', pinsOf(pin), changed)).toBe('accepted');
});

test('a prompt of the same name is another thing', () => {
  const pin = pinOf('pay', 'integer');
  expect(standingOf('first-seen', pinsOf(pin), { ...pin, kind: 'prompt' })).toBe('new');
});

test('what is on no record is used by nobody, also where nothing is pinned', () => {
  const pin = { ...pinOf('pay', 'integer'), digest: 'e'.repeat(64) };
  expect(standingOf('off', pinsOf(), pin)).toBe('changed');
  expect(standingOf('first-seen', pinsOf(), pin)).toBe('new');
});

test('policies are typed by what was accepted, never by what waits, and do not know what nobody accepted', () => {
  const listed = catalogOf([
    { name: 'pay', inputSchema: typed('string') },
    { name: 'refund', inputSchema: typed('integer') },
    { name: 'wire', inputSchema: typed('integer') },
  ]).tools;
  const pins = pinsOf(pinOf('pay', 'integer'), pinOf('refund', 'integer'), pinOf('gone', 'integer'));
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
