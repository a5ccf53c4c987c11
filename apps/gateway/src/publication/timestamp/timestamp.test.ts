import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Authority, startAuthority } from '../testing/authority.ts';
import { timestampCheck } from './check.ts';
import { timestampRequest, tokenOf } from './request.ts';
import { timestampTarget } from './target.ts';
import { readRoots, verifyTimestamp } from './verify.ts';

const HEAD = { size: 3, note: 'log.example/one\n3\nAAAA\n\n— log.example/one AAAA\n' };
const message = new TextEncoder().encode(HEAD.note);

let authority: Authority;
let stranger: Authority;

beforeAll(async () => {
  authority = await startAuthority();
  stranger = await startAuthority();
});
afterAll(async () => {
  await authority.close();
  await stranger.close();
});
afterEach(() => authority.spoil(null));

const publish = (now: () => number = Date.now, roots = readRoots(authority.root)) =>
  timestampTarget({ url: authority.url, roots, now }).publish(HEAD, 0, new AbortController().signal);

async function freshToken(of: Authority = authority, text = message) {
  const { body, nonce } = timestampRequest(text);
  const token = tokenOf(await of.answer(body));
  if (typeof token === 'string') throw new Error(token);
  return { token, nonce };
}

const check = (token: Uint8Array, nonce: Uint8Array | null = null, roots = readRoots(authority.root)) =>
  verifyTimestamp(token, { message, roots, nonce });

function contentOf(token: Uint8Array): Uint8Array {
  const content = new pkijs.ContentInfo({ schema: asn1js.fromBER(token).result });
  const { eContent } = new pkijs.SignedData({ schema: content.content }).encapContentInfo;
  return new Uint8Array(eContent?.getValue() ?? new ArrayBuffer(0));
}

test('takes a token from a real authority, and verifies it again from what was kept', async () => {
  const before = Math.floor(Date.now() / 1000) * 1000;
  const attempt = await publish();
  if (attempt.result !== 'accepted' || attempt.proof === null) throw new Error(JSON.stringify(attempt));
  const stamp = await check(attempt.proof);
  expect(stamp).toMatchObject({ ok: true, value: { signer: 'tsa', root: 'Root' } });
  expect(stamp.ok && stamp.value.time >= before && stamp.value.time <= Date.now()).toBe(true);
});

test('a token proves nothing about another text, or to somebody who trusts another root', async () => {
  const { token, nonce } = await freshToken();
  expect(await check(token, nonce)).toMatchObject({ ok: true });
  const roots = readRoots(authority.root);
  expect(await verifyTimestamp(token, { message: message.slice(1), roots, nonce })).toMatchObject({
    ok: false,
    error: 'the token stamps something else',
  });
  expect(await check(token, nonce, readRoots(stranger.root))).toMatchObject({ ok: false });
  expect(await check(token, nonce, [])).toMatchObject({ ok: false });
});

test('an answer to another request is refused', async () => {
  const { token } = await freshToken();
  const { nonce } = timestampRequest(message);
  expect(await check(token, nonce)).toMatchObject({ ok: false, error: 'the token answers another request' });
});

test('no changed byte of a token changes what it proves, and none of what is stamped goes unnoticed', async () => {
  const { token, nonce } = await freshToken();
  const whole = await check(token, nonce);
  const stamped = contentOf(token);
  const start = Buffer.from(token).indexOf(stamped);
  expect(start).toBeGreaterThan(0);
  const believed: number[] = [];
  for (let at = 0; at < token.length; at += 1) {
    const spoilt = await check(token.with(at, (token[at] ?? 0) ^ 0x01), nonce);
    // The envelope has bytes that nothing depends on: versions, tags, a list of algorithms.
    if (spoilt.ok) believed.push(at);
    expect([whole, { ok: false, error: expect.any(String) }]).toContainEqual(spoilt);
  }
  expect(believed.filter((at) => at >= start && at < start + stamped.length)).toEqual([]);
});

test.each([0, 1, 10, 100, 500])('a token that is cut off after %i bytes is refused', async (length) => {
  const { token } = await freshToken();
  expect(await check(token.slice(0, length))).toMatchObject({ ok: false });
  expect(await check(new Uint8Array([...token, 0]))).toMatchObject({ ok: false });
});

test('a certificate that is not, or not only, for time stamping, or whose time is over, signs no token', async () => {
  const content = contentOf((await freshToken()).token);
  expect(await check(await authority.signAs('tsa', content))).toMatchObject({ ok: true });
  expect(await check(await authority.signAs('mail', content))).toMatchObject({
    ok: false,
    error: 'the certificate of the token is not for time stamping only',
  });
  expect(await check(await authority.signAs('loose', content))).toMatchObject({
    ok: false,
    error: 'the certificate of the token is not for time stamping only',
  });
  expect(await check(await authority.signAs('expired', content))).toMatchObject({ ok: false });
});

test.each<[string, Parameters<Authority['spoil']>[0], string]>([
  ['an error of the server', () => 503, 'unreachable'],
  ['a refusal of the server', () => 404, 'refused'],
  ['nothing', () => new Uint8Array(0), 'refused'],
  ['something else', () => new TextEncoder().encode('<html>'), 'refused'],
  ['half an answer', (answer) => answer.slice(0, answer.length / 2), 'refused'],
  ['more than an answer', (answer) => new Uint8Array([...answer, 0x05, 0x00]), 'refused'],
  ['an endless answer', () => new Uint8Array(300_000), 'unreachable'],
  ['an answer by another authority', (_answer, query) => stranger.answer(query), 'refused'],
  ['an answer to another request', () => authority.answer(timestampRequest(message).body), 'refused'],
  [
    'a stamp of something else',
    async () => authority.answer(timestampRequest(new Uint8Array(3)).body),
    'refused',
  ],
  ['a refusal in due form', (_answer, query) => authority.answer(query.subarray(0, 20)), 'refused'],
])('%s is no timestamp', async (_case, spoil, result) => {
  authority.spoil(spoil);
  expect(await publish()).toMatchObject({ result, contradiction: null });
});

test('an authority whose clock is not the time is refused', async () => {
  for (const hours of [-1, 1])
    expect(await publish(() => Date.now() + hours * 3_600_000)).toMatchObject({ result: 'refused' });
});

test('an authority that is not there is unreachable', async () => {
  const target = timestampTarget({
    url: 'http://127.0.0.1:2/',
    roots: readRoots(authority.root),
    now: Date.now,
  });
  expect(await target.publish(HEAD, 0, new AbortController().signal)).toMatchObject({
    result: 'unreachable',
    error: 'ECONNREFUSED',
  });
});

test('a verifier of bundles is told whose stamp it is, or why it is none', async () => {
  const { token } = await freshToken();
  const isStamped = timestampCheck(authority.root);
  expect(await isStamped(token, message)).toMatchObject({ ok: true, authority: 'tsa (Root)' });
  expect(await isStamped(token, message.slice(1))).toEqual({
    ok: false,
    message: 'the token stamps something else',
  });
});

test('a file without certificates is told from one with them', () => {
  expect(readRoots(authority.root)).toHaveLength(1);
  expect(readRoots(authority.root + stranger.root)).toHaveLength(2);
  expect(() => readRoots('nothing')).toThrow('there is no certificate in PEM form');
});
