import { expect, test } from 'vitest';
import type { McpServer } from '../registry/types.ts';
import { createPins } from './pins.ts';
import { catalogOf } from './testing/listing.ts';

// What pins read of a server.
const server = { uid: 'srv_1', name: 'files', toolPinning: 'first-seen' } as unknown as McpServer;
const names = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) => ({ name: `tool-${from + at}` }));

test('a server that lists other names again and again is believed at sight only so often', () => {
  const pins = createPins(() => 1);
  for (let from = 0; from < 30_000; from += 7_000) {
    const sighting = pins.atSight(server, catalogOf(names(from, 7_000)));
    sighting.adopt();
  }
  const pinned = names(0, 35_000).filter(({ name }) => pins.of(server.uid).get('tool', name) !== undefined);
  expect(pinned).toHaveLength(10_000);
  const [first, last] = [catalogOf(names(0, 1)).tools[0], catalogOf(names(28_000, 1)).tools[0]];
  expect(first && pins.standing(server, first)).toBe('accepted');
  expect(last && pins.standing(server, last)).toBe('new');
});
