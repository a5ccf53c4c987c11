// Bodies that are meant to exhaust whoever reads them (audit-log D4), within the limits of the gateway's defaults and where an
// operator has raised them: refused before anything is made of them, in words that name the limit; no memory stays taken, no
// object is another afterwards, and good messages are served.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goodMessage, type Front, type HostileWorld, startHostileWorld } from './hostile-fronts.ts';

const MIB = 1024 * 1024;
const FRONTS = [
  'MCP 2025-11-25',
  'MCP 2026-07-28',
  'MCP 2025-11-25 for all servers',
  'A2A 1.0',
  'A2A 1.0 over HTTP+JSON',
];

let defaults: HostileWorld;
let raised: HostileWorld;
beforeAll(async () => {
  [defaults, raised] = await Promise.all([
    startHostileWorld(),
    startHostileWorld({ limits: { bodyBytes: 32 * MIB } }),
  ]);
});
afterAll(async () => {
  await Promise.all([defaults.close(), raised.close()]);
});

function frontOf(world: HostileWorld, name: string): Front {
  const front = world.fronts.find((each) => each.name === name);
  if (front === undefined) throw new Error(name);
  return front;
}

async function isServed(front: Front): Promise<void> {
  const good = goodMessage(front);
  const told = await front.post(good);
  expect([told.status, told.code], told.text).toEqual([200, undefined]);
  expect(front.received().at(-1)).toBe(front.sent(good));
}

function residentMb({ gateway }: HostileWorld): number {
  const status = readFileSync(`/proc/${gateway.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}

const lists = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const objects = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const keys = (count: number) => `{${Array.from({ length: count }, (_, n) => `"k${n}":0`).join(',')}}`;
const digits = (count: number) => `{"a":${'7'.repeat(count)}}`;

const BOMBS: readonly [string, () => string, RegExp][] = [
  ['200,000 lists in each other', () => `{"a":${lists(200_000)}}`, /nested more than 64 levels deep/],
  ['200,000 objects in each other', () => objects(200_000), /nested more than 64 levels deep/],
  [
    '200,000 brackets that nobody closes',
    () => `{"a":${'['.repeat(200_000)}`,
    /nested more than 64 levels deep/,
  ],
  ['ten thousand and one names', () => keys(10_001), /more than 10000 member names/],
  ['a hundred thousand and one items', () => `{"a":[${'0,'.repeat(100_000)}0]}`, /more than 100000/],
  [
    'a number of a million digits',
    () => digits(1_000_000),
    /a number is written with more than 1024 characters/,
  ],
  ['a fraction of a million digits', () => `{"a":0.${'1'.repeat(1_000_000)}}`, /more than 1024 characters/],
  ['an exponent of a million digits', () => `{"a":1e${'1'.repeat(1_000_000)}}`, /more than 1024 characters/],
  ['a number that no double holds', () => '{"a":1e400}', /too large for a reader to hold/],
  ['a prototype', () => '{"__proto__":{"isAdmin":true}}', /the member name `__proto__` is not accepted/],
  ['a prototype by escape', () => '{"\\u005f_proto__":{"isAdmin":true}}', /`__proto__` is not accepted/],
  ['a prototype deep inside', () => '{"a":[{"b":{"__proto__":1}}]}', /`__proto__` is not accepted/],
];

describe.each(FRONTS)('%s', (name) => {
  test('refuses each by what it exceeds', async () => {
    const front = frontOf(defaults, name);
    const { length } = front.received();
    for (const [what, make, words] of BOMBS) {
      const told = await front.post(front.message(make()));
      expect([what, told.status, told.code, told.words]).toEqual([
        what,
        400,
        front.codes.refused,
        expect.stringMatching(words),
      ]);
      expect(front.received()).toHaveLength(length);
    }
    await isServed(front);
  });

  test('refuses by its size what is larger than the limit, and says the limit', async () => {
    const front = frontOf(defaults, name);
    const { length } = front.received();
    for (const inside of [`{"a":"${'x'.repeat(10 * MIB)}"}`, keys(1_000_000), `{"a":${lists(3 * MIB)}}`]) {
      const told = await front.post(front.message(inside));
      expect([told.status, told.words]).toEqual([
        413,
        expect.stringMatching(/larger than the limit of 4194304 bytes/),
      ]);
    }
    expect(front.received()).toHaveLength(length);
    await isServed(front);
  });

  test('refuses what the raised limit of size would let in, by the others', async () => {
    const front = frontOf(raised, name);
    const { length } = front.received();
    const bombs: readonly [string, RegExp][] = [
      [keys(1_000_000), /more than 10000 member names/],
      [`{"a":${lists(10 * MIB)}}`, /nested more than 64 levels deep/],
      [objects(3 * MIB), /nested more than 64 levels deep/],
      [digits(20 * MIB), /more than 1024 characters/],
    ];
    for (const [inside, words] of bombs) {
      const told = await front.post(front.message(inside));
      expect([told.status, told.code, told.words]).toEqual([
        400,
        front.codes.refused,
        expect.stringMatching(words),
      ]);
    }
    expect(front.received()).toHaveLength(length);
    await isServed(front);
  });

  test('passes a text of 10 MiB as it is where an operator has allowed it', async () => {
    const front = frontOf(raised, name);
    const body = front.message(`{"a":"${'x'.repeat(10 * MIB)}"}`);
    const told = await front.post(body);
    expect([told.status, told.code], told.text.slice(0, 500)).toEqual([200, undefined]);
    expect(front.received().at(-1) === front.sent(body)).toBe(true);
    await isServed(front);
  });
});

test('a hundred of them at once leave nothing behind, and good messages are served meanwhile', async () => {
  const front = frontOf(defaults, 'MCP 2026-07-28');
  await isServed(front);
  const before = residentMb(defaults);
  const bombs = Array.from({ length: 100 }, (_, n) => front.message(BOMBS[n % BOMBS.length]?.[1]() ?? ''));
  const all = Promise.all(bombs.map((body) => front.post(body)));
  for (let n = 0; n < 20; n += 1) expect((await front.post(goodMessage(front))).status).toBe(200);
  expect(new Set((await all).map(({ status }) => status))).toEqual(new Set([400]));
  expect(residentMb(defaults) - before).toBeLessThan(256);
  await isServed(front);
});
