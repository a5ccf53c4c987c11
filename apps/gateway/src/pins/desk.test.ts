import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { itemsOf } from '../upstreams/catalog.ts';
import { createPinDesk } from './desk.ts';
import { createPins } from './pins.ts';
import { catalogOf } from './testing/listing.ts';
import { payments } from './testing/payments.ts';

const COUNT = 30;
const server = payments;
const listing = (description: string) =>
  catalogOf(Array.from({ length: COUNT }, (_, at) => ({ name: `tool${at}`, description })));

afterEach(() => vi.restoreAllMocks());

/** Everything that the server lists was accepted, and is defined otherwise now. */
function deskOf(onStanding: () => void = () => undefined) {
  const catalog = listing('after');
  const pins = createPins(() => 1);
  pins.atSight(server, listing('before')).adopt();
  return createPinDesk({
    writer: { commit: () => Promise.reject(new Error('nothing is written here')) },
    pins: {
      ...pins,
      standing(...asked) {
        onStanding();
        return pins.standing(...asked);
      },
    },
    catalogs: {
      catalog: () => catalog,
      item: (_, kind, name) => itemsOf(catalog).find((item) => item.kind === kind && item.name === name),
    },
    now: () => 1,
    onAccepted: () => undefined,
  });
}

test('what changed is compared in turns, however much a server lists: nothing waits for all of it', async () => {
  const seen = { turn: 0, time: 0, isOver: false };
  const inTurn: number[] = [];
  // By this clock each comparison takes a turn, however fast the machine is.
  vi.spyOn(performance, 'now').mockImplementation(() => seen.time);
  const desk = deskOf(() => {
    seen.time += 10;
    inTurn[seen.turn] = (inTurn[seen.turn] ?? 0) + 1;
  });
  const counted = (async () => {
    for (; !seen.isOver; seen.turn += 1) await nextTurn();
  })();
  const states = await desk.list(server);
  seen.isOver = true;
  await counted;
  expect(states.filter(({ difference }) => difference?.includes('+  "description": "after"'))).toHaveLength(
    COUNT,
  );
  expect(inTurn.filter((count) => count > 0)).toEqual(Array.from({ length: COUNT }, () => 1));
});

test('both definitions are read in full, and a turn passes between them', async () => {
  let turns = 0;
  setImmediate(() => {
    turns += 1;
  });
  const texts = await deskOf().read(server, { kind: 'tool', name: 'tool7' });
  expect(turns).toBe(1);
  expect(texts?.listed.text).toContain('"after"');
  expect(texts?.accepted?.text).toContain('"before"');
});
