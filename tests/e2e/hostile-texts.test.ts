// Bodies that two readers could take for two different messages, at everything that a caller can speak to the gateway in: each
// is refused in the protocol's own code and in words that say why, reaches no server, and good messages are served after it
// (protocols.md 1.4 and audit-log D2).
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Front, goodMessage, type HostileWorld, startHostileWorld } from './hostile-fronts.ts';
import { hostileTexts } from './hostile-texts.ts';

let world: HostileWorld;
beforeAll(async () => {
  world = await startHostileWorld();
});
afterAll(async () => {
  await world.close();
});

const FRONTS = [
  'MCP 2025-11-25',
  'MCP 2026-07-28',
  'MCP 2025-11-25 for all servers',
  'MCP 2026-07-28 for all servers',
  'A2A 1.0',
  'A2A 0.3',
  'A2A 1.0 over HTTP+JSON',
];

function frontOf(name: string): Front {
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

describe.each(FRONTS)('%s', (name) => {
  test('passes what every reader reads alike, byte for byte', async () => {
    const front = frontOf(name);
    const odd = [
      '{ "n":1.0,\r\n\t"big" : 1E2, "s":"\\u00e9\u00e9\u2028\\u2028\\/" , "deep":[[[{"":null}]]]}',
      '{"constructor":{"prototype":{"isAdmin":true}},"toString":1,"hasOwnProperty":0}',
      '{"Method":1,"NAME":2,"jsonrpc":"1.0","a\\u0000b":"\\r\\ndata: {}\\r\\n\\r\\n"}',
    ];
    for (const inside of odd) {
      const body = front.message(inside);
      const told = await front.post(body);
      expect([told.status, told.code], told.text).toEqual([200, undefined]);
      expect(front.received().at(-1)).toBe(front.sent(body));
    }
  });

  test('refuses whatever they could read in two ways', async () => {
    const front = frontOf(name);
    const before = front.received().length;
    const cases = hostileTexts(front.message, front.known);
    expect(cases.length).toBeGreaterThan(70);
    for (const { name: what, body, fault, words } of cases) {
      const told = await front.post(body);
      expect([what, told.status, told.code, told.words]).toEqual([
        what,
        400,
        front.codes[fault],
        expect.stringMatching(words),
      ]);
    }
    expect(front.received()).toHaveLength(before);
    await isServed(front);
  });

  test('refuses what is no message of its own', async () => {
    const front = frontOf(name);
    const before = front.received().length;
    const good = goodMessage(front);
    for (const body of [`[${good}]`, `[${good},${good}]`, '[]', '"tools/call"', 'null', '7', 'true']) {
      const told = await front.post(body);
      expect([body, told.status], told.text).toEqual([body, 400]);
      expect(Object.values(front.codes)).toContain(told.code);
      expect(told.words).not.toBe('');
    }
    expect(front.received()).toHaveLength(before);
    await isServed(front);
  });

  test('refuses a body in another coding, character set or type', async () => {
    const front = frontOf(name);
    const before = front.received().length;
    const good = goodMessage(front);
    const headers: readonly [Readonly<Record<string, string | null>>, RegExp][] = [
      [{ 'content-encoding': 'gzip' }, /content-encoding/],
      [{ 'content-encoding': 'br' }, /content-encoding/],
      [{ 'content-encoding': 'identity, gzip' }, /content-encoding/],
      [{ 'content-encoding': 'x-countersign' }, /content-encoding/],
      [{ 'content-type': 'text/plain' }, /send the (message|body) as application\//],
      [{ 'content-type': 'application/x-www-form-urlencoded' }, /send the (message|body) as/],
      [{ 'content-type': 'application/json, text/plain' }, /send the (message|body) as/],
      [{ 'content-type': 'application/json; charset=utf-7' }, /in UTF-8/],
      [{ 'content-type': 'application/json; charset=utf-16' }, /in UTF-8/],
      [{ 'content-type': 'application/json;charset=utf-8;charset=utf-7' }, /in UTF-8/],
      [{ 'content-type': 'application/json; CHARSET="utf-7"' }, /in UTF-8/],
      [{ 'content-type': "application/json; charset*=us-ascii''utf-7" }, /in UTF-8/],
      [{ 'content-type': 'application/json; x="; charset=utf-7"' }, /in UTF-8/],
    ];
    for (const [header, words] of headers) {
      const told = await front.post(good, header);
      expect([header, told.status, told.words]).toEqual([header, 415, expect.stringMatching(words)]);
    }
    expect(front.received()).toHaveLength(before);
    await isServed(front);
  });
});

test('how a body is to be read is said to a server by nobody but the gateway', async () => {
  const front = frontOf('MCP 2025-11-25');
  for (const type of ['application/json; charset=UTF-8', 'application/json;charset="utf-8"; x=y']) {
    expect((await front.post(goodMessage(front), { 'content-type': type })).status).toBe(200);
    expect(world.upstream.requests.at(-1)?.headers['content-type']).toBe('application/json');
  }
});

test('no body changed what the objects of the gateway are', async () => {
  const front = frontOf('MCP 2025-11-25');
  await front.post(front.message('{"constructor":{"prototype":{"isAdmin":true,"polluted":1}}}'));
  await front.post(front.message('{"__proto__":{"isAdmin":true,"polluted":1}}'));
  const { calls } = await world.admin<{ calls: object[] }>('/calls?limit=1');
  expect(JSON.stringify(calls)).not.toMatch(/isAdmin|polluted/);
  await isServed(front);
});
