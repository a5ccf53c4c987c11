// Requests that two readers of HTTP could take for two different ones (audit-log D1), on raw sockets. The oracle is the
// upstream's own count: whatever the gateway makes of one, nothing reaches a server that was not decided as it was sent.
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { modernRequest } from './modern-call.ts';
import { type RawWorld, startRawWorld } from './raw-world.ts';

let world: RawWorld;
let token: string;
let host: string;
beforeAll(async () => {
  world = await startRawWorld();
  token = await world.token();
  host = new URL(world.gateway.data).host;
});
afterAll(async () => {
  await world.close();
});

/** The one call that every request below carries, or hides. */
const CALL = (() => {
  const { body } = modernRequest({ token: 'x', tool: 'call', args: { hidden: true } });
  return body;
})();

function head(line: string, headers: readonly string[]): string {
  return [line, ...headers].join('\r\n');
}

const MCP = () => [
  `Host: ${host}`,
  `Authorization: Bearer ${token}`,
  'Content-Type: application/json',
  'Accept: application/json, text/event-stream',
  'MCP-Protocol-Version: 2026-07-28',
  'Mcp-Method: tools/call',
  'Mcp-Name: call',
];

const POST = 'POST /mcp/raw HTTP/1.1';

/** A complete, well-formed request, as it would stand behind one whose length somebody got wrong. */
const whole = () => `${head(POST, [...MCP(), `Content-Length: ${CALL.length}`])}\r\n\r\n${CALL}`;

/** How long the gateway may say nothing: to what it waits for the rest of, it has nothing to say. */
const QUIET_MS = 1_500;
const PATIENCE_MS = 20_000;

/** Sends bytes on one connection, and reads until the gateway closes it, says nothing more, or has given so many answers. */
async function send(text: string, expected?: number): Promise<string> {
  const { port, hostname } = new URL(world.gateway.data);
  const socket = connect(Number(port), hostname);
  const { promise, resolve } = Promise.withResolvers<string>();
  let answer = '';
  socket.setTimeout(expected === undefined ? QUIET_MS : PATIENCE_MS);
  socket.on('data', (chunk) => {
    answer += chunk.toString('latin1');
    if (expected !== undefined && statuses(answer).length >= expected) socket.destroy();
  });
  socket.on('timeout', () => socket.destroy());
  socket.on('close', () => resolve(answer));
  socket.on('error', () => undefined);
  socket.write(Buffer.from(text, 'latin1'));
  return promise;
}

const statuses = (answer: string): string[] =>
  [...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, code]) => code ?? '');

const chunked = (body: string, size = body.length.toString(16)) => `${size}\r\n${body}\r\n0\r\n\r\n`;

let before = 0;
beforeEach(() => {
  before = world.received();
});
const reached = () => world.received() - before;

test('the well-formed call of these tests reaches the server, by length and in chunks', async () => {
  expect(statuses(await send(whole(), 1))).toEqual(['200']);
  const inChunks = `${head(POST, [...MCP(), 'Transfer-Encoding: chunked'])}\r\n\r\n${chunked(CALL)}`;
  expect(statuses(await send(inChunks, 1))).toEqual(['200']);
  expect(reached()).toBe(2);
});

describe('a length that can be read in two ways', () => {
  const length = () => CALL.length;
  const both = (...headers: string[]) => `${head(POST, [...MCP(), ...headers])}\r\n\r\n`;
  const cases: Readonly<Record<string, () => string>> = {
    'length and chunks (CL.TE)': () =>
      `${both(`Content-Length: ${length() + 5}`, 'Transfer-Encoding: chunked')}0\r\n\r\n${whole()}`,
    'chunks and length (TE.CL)': () =>
      `${both('Transfer-Encoding: chunked', 'Content-Length: 3')}${chunked(whole())}`,
    'two lengths': () => `${both(`Content-Length: ${length()}`, 'Content-Length: 0')}${CALL}`,
    'two lengths, one in other letters': () =>
      `${both(`Content-Length: ${length()}`, `content-length: ${length() + 1}`)}${CALL}`,
    'a list of lengths': () => `${both(`Content-Length: ${length()}, ${length()}`)}${CALL}`,
    'a length with a plus': () => `${both(`Content-Length: +${length()}`)}${CALL}`,
    'a negative length': () => `${both('Content-Length: -1')}${CALL}`,
    'a length in hexadecimals': () => `${both(`Content-Length: 0x${length().toString(16)}`)}${CALL}`,
    'a length with a fraction': () => `${both(`Content-Length: ${length()}.0`)}${CALL}`,
    'a length with an exponent': () => `${both('Content-Length: 1e3')}${CALL}`,
    'a length beyond all numbers': () => `${both(`Content-Length: ${'9'.repeat(30)}`)}${CALL}`,
    'a length in other digits': () => `${both('Content-Length: \xd9\xa1')}${CALL}`,
    'an empty length': () => `${both('Content-Length: ')}${CALL}`,
    'a length with a space in it': () => `${both('Content-Length: 1 0')}${CALL}`,
    'chunks named twice': () =>
      `${both('Transfer-Encoding: chunked', 'Transfer-Encoding: identity')}${chunked(CALL)}`,
    'chunks behind a comma': () => `${both('Transfer-Encoding: , chunked')}${chunked(CALL)}`,
    'chunks, then something': () => `${both('Transfer-Encoding: chunked, identity')}${chunked(CALL)}`,
    'something that only looks like chunks': () => `${both('Transfer-Encoding: xchunked')}${chunked(CALL)}`,
    'chunks with a tab': () =>
      `${both('Transfer-Encoding:\tchunked\t', 'Content-Length: 1')}${chunked(CALL)}`,
    'chunks with a vertical tab': () => `${both('Transfer-Encoding: \x0bchunked')}${chunked(CALL)}`,
    'chunks in quotes': () => `${both('Transfer-Encoding: "chunked"')}${chunked(CALL)}`,
    'chunks with a space before the colon': () =>
      `${both('Transfer-Encoding : chunked', `Content-Length: ${length()}`)}${CALL}`,
    'chunks folded onto the next line': () =>
      `${both('Transfer-Encoding:\r\n chunked', `Content-Length: ${length()}`)}${CALL}`,
    'chunks hidden behind a bare line feed': () =>
      `${both(`X: y\nTransfer-Encoding: chunked`, `Content-Length: ${length()}`)}${CALL}`,
    'chunks hidden behind a bare carriage return': () =>
      `${both(`X: y\rTransfer-Encoding: chunked`, `Content-Length: ${length()}`)}${CALL}`,
    'gzip, then chunks': () => `${both('Transfer-Encoding: gzip, chunked')}${chunked(CALL)}`,
    'chunks in HTTP/1.0': () =>
      `${head('POST /mcp/raw HTTP/1.0', [...MCP(), 'Transfer-Encoding: chunked', `Content-Length: ${length()}`])}\r\n\r\n${chunked(CALL)}`,
  };

  test.each(Object.keys(cases))('%s reaches no server', async (name) => {
    const answer = await send(cases[name]?.() ?? '');
    expect(reached()).toBe(0);
    expect(statuses(answer).filter((code) => code.startsWith('2'))).toEqual([]);
  });
});

describe('a chunk that can be read in two ways', () => {
  const start = () => `${head(POST, [...MCP(), 'Transfer-Encoding: chunked'])}\r\n\r\n`;
  const size = () => CALL.length.toString(16);
  const refused: Readonly<Record<string, () => string>> = {
    'a size with 0x': () => start() + chunked(CALL, `0x${size()}`),
    'a size with a plus': () => start() + chunked(CALL, `+${size()}`),
    'a negative size': () => start() + chunked(CALL, `-${size()}`),
    'a size with an underscore': () => start() + chunked(CALL, `1_0`),
    'a size that is empty': () => start() + chunked(CALL, ''),
    'a size beyond all numbers': () => start() + chunked(CALL, 'f'.repeat(30)),
    'a size that is too small': () => start() + chunked(CALL, '5'),
    'a size that is too large': () => `${start()}${(CALL.length + 7).toString(16)}\r\n${CALL}\r\n0\r\n\r\n`,
    'a bare line feed behind the size': () => `${start()}${size()}\n${CALL}\r\n0\r\n\r\n`,
    'a line feed in an extension': () => `${start()}${size()};a\nb\r\n${CALL}\r\n0\r\n\r\n`,
    'no line end behind the chunk': () => `${start()}${size()}\r\n${CALL}0\r\n\r\n`,
    'another request where the end should be': () => `${start()}${size()}\r\n${CALL}\r\n${whole()}`,
    'no end at all': () => `${start()}${size()}\r\n${CALL}\r\n`,
  };

  test.each(Object.keys(refused))('%s reaches no server', async (name) => {
    await send(refused[name]?.() ?? '');
    expect(reached()).toBe(0);
  });

  test('extensions and trailers are no part of the body, and change nothing', async () => {
    const text = `${start()}${size()};name=value\r\n${CALL}\r\n0\r\nAuthorization: Bearer other\r\nMcp-Name: other\r\n\r\n`;
    await send(text);
    expect(reached()).toBeLessThanOrEqual(1);
    for (const { body } of world.upstream.requests.slice(-1)) expect(String(body)).not.toContain('other');
  });
});

describe('a head that can be read in two ways', () => {
  const of = (line: string, ...headers: string[]) =>
    `${head(line, [...MCP(), ...headers, `Content-Length: ${CALL.length}`])}\r\n\r\n${CALL}`;
  const without = (name: string, ...headers: string[]) =>
    `${head(POST, [...MCP().filter((line) => !line.startsWith(name)), ...headers, `Content-Length: ${CALL.length}`])}\r\n\r\n${CALL}`;
  const cases: Readonly<Record<string, () => string>> = {
    'two hosts': () => of(POST, 'Host: other.example'),
    'no host': () => without('Host'),
    'a host that is not this one': () => without('Host', 'Host: other.example'),
    'a host with a path': () => without('Host', `Host: ${host}/mcp`),
    'two credentials': () => of(POST, 'Authorization: Bearer other'),
    'a credential with an underscore for a letter': () =>
      without('Authorization', `Author_ization: Bearer ${token}`),
    'a line without a colon': () => of(POST, 'Mcp-Name call'),
    'a name with a space': () => of(POST, 'Mcp Name: other'),
    'a name with a NUL': () => of(POST, 'Mcp-\0Name: other'),
    'a value with a NUL': () => of(POST, 'X-Any: a\0b'),
    'a folded line': () => of(POST, 'X-Any: a\r\n Mcp-Name: other'),
    'a line that begins with a space': () => `${POST}\r\n X: y\r\n${of('', '').slice(2)}`,
    'another name of the tool': () => of(POST, 'Mcp-Name: other'),
    'a path beyond this endpoint': () => of('POST /mcp/raw/../other HTTP/1.1'),
    'a path with an escaped slash': () => of('POST /mcp%2fraw HTTP/1.1'),
    'a path with a semicolon': () => of('POST /mcp/raw;x=y HTTP/1.1'),
    'a path with a query': () => of('POST /mcp/raw?access_token=x HTTP/1.1'),
    'a path with a fragment': () => of('POST /mcp/raw#x HTTP/1.1'),
    'a path with a NUL': () => of('POST /mcp/raw%00 HTTP/1.1'),
    'a method in small letters': () => of('post /mcp/raw HTTP/1.1'),
    'a version that is none': () => of('POST /mcp/raw HTTP/9.9'),
    'no version (HTTP/0.9)': () => 'POST /mcp/raw\r\n\r\n',
    'HTTP/2 without asking': () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'headers beyond all measure': () => of(POST, `X-Any: ${'y'.repeat(70_000)}`),
    'more headers than anybody needs': () =>
      of(POST, ...Array.from({ length: 3_000 }, (_, n) => `X-${n}: y`)),
  };

  test.each(Object.keys(cases))('%s reaches no server', async (name) => {
    const answer = await send(cases[name]?.() ?? '');
    expect(reached()).toBe(0);
    expect(statuses(answer).filter((code) => code.startsWith('2'))).toEqual([]);
  });
});

test('requests behind one another on a connection are each their own: the second is not decided as the first', async () => {
  const second = whole().replace('"hidden":true', '"hidden":false');
  const answer = await send(
    whole() + second.replace(`Content-Length: ${CALL.length}`, `Content-Length: ${CALL.length + 1}`),
    2,
  );
  expect(statuses(answer)).toEqual(['200', '200']);
  expect(reached()).toBe(2);
  expect(String(world.upstream.requests.at(-1)?.body)).toContain('"hidden":false');
});

test('an address in the first line names the same endpoint, and only on this host', async () => {
  const line = (authority: string) => `POST http://${authority}/mcp/raw HTTP/1.1`;
  const at = (authority: string) =>
    `${head(line(authority), [...MCP(), `Content-Length: ${CALL.length}`])}\r\n\r\n${CALL}`;
  await send(at('other.example'));
  expect(reached()).toBeLessThanOrEqual(1);
  for (const { headers } of world.upstream.requests.slice(-1))
    expect(headers.host).not.toContain('other.example');
});

test('good calls are served after all of it', async () => {
  expect((await world.call()).status).toBe(200);
  expect(reached()).toBe(1);
});
