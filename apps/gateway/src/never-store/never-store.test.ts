import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DecidedCall } from '../pipeline/types.ts';
import { readTree } from '../obligations/json-tree.ts';
import { recordedAnswer, recordedWords, shownParams } from '../obligations/recorded.ts';
import type { CommitRequest } from '../store/types.ts';
import { createNeverStore } from './never-store.ts';
import { compilePattern } from './pattern.ts';
import { cardNumbersIn, tokensIn } from './shapes.ts';
import { neverStoring } from './writer.ts';

const never = createNeverStore({ members: ['Kunden-Nummer'], patterns: [], cardNumbers: true });
const JWT = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ6ZWxkYSJ9.c2lnbmF0dXJlLXNpZ25hdHVyZQ';
const CARD = '4111 1111 1111 1111';
const PEM = `-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIB${'A'.repeat(40)}\n-----END EC PRIVATE KEY-----`;

describe('by its shape', () => {
  test.each([
    [`Authorization: Bearer ${'a1b2'.repeat(8)}`, 'a1b2'.repeat(8)],
    ['basic dXNlcjpwYXNzd29yZA==', 'dXNlcjpwYXNzd29yZA=='],
    [`token=${JWT}&x=1`, JWT],
    [`key:\n${PEM}\nend`, PEM],
    ['-----BEGIN PRIVATE KEY-----\nMIIcut off', '-----BEGIN PRIVATE KEY-----\nMIIcut off'],
    [`ghp_${'x'.repeat(36)}`, `ghp_${'x'.repeat(36)}`],
    ['AKIAIOSFODNN7EXAMPLE', 'AKIAIOSFODNN7EXAMPLE'],
    [`sk-ant-api03-${'y'.repeat(40)}`, `sk-ant-api03-${'y'.repeat(40)}`],
    ['xoxb-1234567890-abcdef', 'xoxb-1234567890-abcdef'],
    ['postgres://app:hunter2@db.example/x', 'hunter2'],
  ])('%s is found', (text, secret) => {
    expect(tokensIn(text)).toContain(secret);
    expect(never.clean(text)).not.toContain(secret);
  });

  test.each(['4111111111111111', CARD, '5500-0000-0000-0004', '378282246310005', '6011000990139424'])(
    'the card number %s is found',
    (card) => {
      expect(cardNumbersIn(`pay with ${card}, please`)).toEqual([card]);
      expect(never.clean(`{"number":${JSON.stringify(card)}}`)).not.toContain(card);
    },
  );

  test.each([
    '1790000000002000',
    '4111111111111112',
    '41111111111111111111111',
    '0.4111111111111111',
    '1234567890123',
  ])('the number %s is none', (number) => expect(cardNumbersIn(number)).toEqual([]));

  test.each([
    'a bearer of news',
    '{"authorizationEndpoint":"https://idp.example/authorize","keys":["a"]}',
    '{"passwordless":true,"secretary":"Ann","password":"","cookie":null}',
    'the sky is blue-green and the token counts are 1200',
  ])('%s stays as it is', (text) => expect(never.clean(text)).toBe(text));

  test('a hostile text costs no more than its length', () => {
    for (const text of [
      'eyJ-'.repeat(50_000),
      '-----BEGIN '.repeat(20_000),
      '4 '.repeat(100_000),
      'Bearer '.repeat(30_000),
      'a://'.repeat(50_000),
    ])
      expect(never.clean(text).length).toBeGreaterThan(0);
  });
});

describe('by the name of its member', () => {
  test.each([
    'password',
    'PassWord',
    'client_secret',
    'Client-Secret',
    'set-cookie',
    'API key',
    'kunden.nummer',
  ])('%s holds nothing that is stored', (name) => {
    expect(never.clean(JSON.stringify({ a: [{ [name]: 'x' }], b: 1 }))).toBe(
      '{"a":[{' + JSON.stringify(name) + ':{"countersign":"redacted"}}],"b":1}',
    );
  });

  test('nothing of an object or a number there, and nothing that repeats it', () => {
    const cleaned = never.clean(
      JSON.stringify({
        secret: { pin: 48213377, words: ['correct-horse-battery-staple'] },
        note: 'say correct-horse-battery-staple 48213377',
      }),
    );
    expect(cleaned).toBe('{"secret":{"countersign":"redacted"},"note":"say [redacted] [redacted]"}');
  });

  test('also within JSON in a string, and however it is escaped', () => {
    const inner = JSON.stringify({ password: 'pässword-"1', deep: JSON.stringify({ token: JWT }) });
    const cleaned = never.clean(JSON.stringify({ content: [{ type: 'text', text: inner }] }));
    expect(cleaned).not.toContain('ssword-');
    expect(cleaned).not.toContain(JWT.slice(0, 20));
    expect(never.clean('{"\\u0070assword":"x1y2z3w4"}')).not.toContain('x1y2z3w4');
    expect(never.clean('{"a":"Bearer abcdefgh\\/ijklmnop"}')).not.toContain('ijklmnop');
  });

  test('all of a text goes that cannot be read as the JSON that it seems to be', () => {
    expect(never.clean('{"password":"no","password":"yes"}')).toBe('[redacted]');
    expect(never.clean('said {"password": "no"} and left')).toBe('[redacted]');
  });

  test('a common word there takes nothing else away', () => {
    expect(never.clean('{"secret":"message","message":"a message"}')).toBe(
      '{"secret":{"countersign":"redacted"},"message":"a message"}',
    );
  });

  test('every other character stays', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        fc.pre(!JSON.stringify(value).includes('__proto__'));
        const text = JSON.stringify({ value, password: 'x' });
        const tree = readTree(text);
        expect(tree === null || never.inJson(tree).nodes.length >= 1).toBe(true);
        expect(never.clean(text).endsWith('"password":{"countersign":"redacted"}}')).toBe(true);
      }),
    );
  });
});

describe('a call', () => {
  const call = (params: unknown) =>
    ({
      protocol: 'mcp',
      operation: 'mcp:tools/call',
      upstream: { kind: 'mcp', redact: [], mask: [], tools: new Map() },
      target: { kind: 'tool', name: 't' },
      message: { paramsText: JSON.stringify(params) },
      verdict: {
        sentence: `called with ${JWT}`,
        sums: [],
        decision: {
          request: {
            context: { input: { password: 'no', card: 4111111111111111, n: 3 } },
            entities: [],
          },
          determining: [{ id: 'p', reads: [{ path: 'context.input.password', value: 'no' }] }],
          nearest: [],
          guards: [],
          errors: [{ policy: 'p', message: `failed at ${JWT}` }],
          unrepresentable: [],
          obligations: { redact: [], mask: [], label: [] },
        },
      },
    }) as unknown as DecidedCall;
  const one = call({
    name: 't',
    arguments: { password: 'no', card: 4111111111111111, n: 3 },
    _meta: { auth: `Bearer ${JWT}` },
  });

  test('is stored without it: request, typed copy, what policies read, errors, sentence', () => {
    const words = recordedWords(one, never);
    expect(JSON.parse(words.request ?? '')).toMatchObject({
      arguments: { password: { countersign: 'redacted' }, card: { countersign: 'redacted' }, n: 3 },
      _meta: { auth: 'Bearer [redacted]' },
    });
    expect(words.cedar?.context['input']).toEqual({
      password: { countersign: 'redacted' },
      card: { countersign: 'redacted' },
      n: 3,
    });
    expect(JSON.stringify(words)).not.toContain(JWT);
    expect(words.explanation?.determining[0]?.reads).toEqual([
      { path: 'context.input.password', value: { countersign: 'redacted' } },
    ]);
  });

  test('is shown without it, and its answer is stored without it', () => {
    expect(shownParams(one, Buffer.alloc(32), never)).not.toContain('411111');
    expect(recordedAnswer(one, `{"echo":"${JWT}","new":"ghp_${'a'.repeat(36)}"}`, never)).toBe(
      '{"echo":"[redacted]","new":"[redacted]"}',
    );
    expect(recordedAnswer(one, `your card is ${CARD}`, never)).toBe('your card is [redacted]');
    const plain = call({ name: 't', arguments: { n: 3 } });
    expect(recordedWords(plain, never).request).toBe('{"name":"t","arguments":{"n":3}}');
    expect(recordedAnswer(plain, '{"ok": 1.0}', never)).toBe('{"ok": 1.0}');
  });
});

test('words of people are looked through before they are stored, and nothing else is', async () => {
  const seen: CommitRequest[] = [];
  const writer = neverStoring(
    {
      commit: (request) => {
        seen.push(request);
        return Promise.resolve({ ok: true, receipts: [] });
      },
    },
    never,
  );
  const none = { call: null, agent: null, chain: null } as const;
  await writer.commit({
    entries: [
      {
        kind: 'change.closed',
        ...none,
        body: { change: 'chg_1' as never, state: 'applied' },
        details: { reason: `see ${JWT}` },
      },
      { kind: 'log.opened', ...none, body: {}, details: { origin: JWT } },
    ],
    changes: [{ update: 'changes', set: { reason: `see ${JWT}`, proposal: JWT }, where: { id: 'x' } }],
  });
  expect(seen).toMatchObject([
    {
      entries: [{ details: { reason: 'see [redacted]' } }, { details: { origin: JWT } }],
      changes: [{ set: { reason: 'see [redacted]', proposal: JWT } }],
    },
  ]);
});

describe('a pattern', () => {
  const found = (source: string, text: string): boolean => {
    const compiled = compilePattern(source);
    if (!compiled.ok) throw new Error(compiled.error);
    return compiled.value.test(text);
  };

  test.each([
    ['ACME-[0-9]{4,6}', ['x ACME-1234 y', 'ACME-123456'], ['ACME-123', 'acme-1234']],
    ['(?i)acme-\\d+', ['ACME-1', 'aCmE-22'], ['acme-']],
    ['(ab|cd)+e?f', ['ababf', 'cdabef'], ['e', 'abe']],
    ['a.c', ['abc', 'xa-cx'], ['a\nc', 'ac']],
    ['[^a-z ]{3}', ['ab123', '___'], ['abc 12']],
    ['\\[x\\]', ['[x]'], ['x']],
    ['[\\]\\-a]{2}', ['-]', 'aa'], ['b-']],
  ])('%s finds what a regular expression would', (source, yes, no) => {
    for (const text of yes) expect([text, found(source, text)]).toEqual([text, true]);
    for (const text of no) expect([text, found(source, text)]).toEqual([text, false]);
  });

  test('agrees with the expressions of the language on what both understand', () => {
    const unit = fc.constantFrom('a', 'b', '[ab]', '[^a]', '.', '\\d', '(?:ab)');
    const times = fc.constantFrom('', '?', '*', '+', '{2}', '{1,3}');
    const piece = fc.tuple(unit, times).map(([what, often]) => what + often);
    const source = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => `c${pieces.join('')}`);
    fc.assert(
      fc.property(
        source,
        fc.array(fc.constantFrom('a', 'b', 'c', '1', '\n'), { maxLength: 12 }),
        (text, chars) => {
          expect(found(text, chars.join(''))).toBe(new RegExp(text).test(chars.join('')));
        },
      ),
    );
  });

  test('takes no longer for what would take a backtracking engine years', () => {
    expect(found('(a+)+b', 'a'.repeat(200_000))).toBe(false);
    expect(found('(a|a|aa)+b', `${'a'.repeat(100_000)}b`)).toBe(true);
  });

  test.each([
    ['(?=a)b', 'linear time'],
    ['^a', 'anchor'],
    ['a\\1', 'is not understood'],
    ['(a', 'lacks a `)`'],
    ['a)', '`)` too many'],
    ['[a', 'lacks a `]`'],
    ['[z-a]', 'range that is none'],
    ['a**', 'repeats a repetition'],
    ['*a', 'stands for nothing'],
    ['a*', 'the empty text'],
    ['a{2000}', 'repeats more than'],
    ['((a{500}){500})', 'too large'],
    ['x'.repeat(600), 'longer than'],
  ])('%s is refused', (source, why) => {
    expect(compilePattern(source)).toMatchObject({ ok: false, error: expect.stringContaining(why) });
  });

  test('that is found in a value takes all of the value', () => {
    const compiled = compilePattern('ACME-\\d+');
    if (!compiled.ok) throw new Error(compiled.error);
    const own = createNeverStore({ members: [], patterns: [compiled.value], cardNumbers: false });
    expect(own.clean('{"a":"order ACME-17 of","b":"4111111111111111"}')).toBe(
      '{"a":{"countersign":"redacted"},"b":"4111111111111111"}',
    );
    expect(own.clean('order ACME-17')).toBe('[redacted]');
  });
});
