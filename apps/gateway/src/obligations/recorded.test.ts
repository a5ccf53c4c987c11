import { type Decision, parsePath } from '@countersign/policy';
import { describe, expect, test } from 'vitest';
import { createNeverStore } from '../never-store/never-store.ts';
import type { DecidedCall } from '../pipeline/types.ts';
import { recordedAnswer, recordedWords, shownParams } from './recorded.ts';

const SSN = '123-45-6789';
const KEY = Buffer.alloc(32, 7);
const NEVER = createNeverStore({ members: [], patterns: [], cardNumbers: true });

interface Made {
  readonly redact?: readonly string[];
  readonly params?: unknown;
  readonly text?: string;
  readonly decision?: Partial<Decision> | null;
  readonly sentence?: string;
  readonly protocol?: 'mcp' | 'a2a';
  readonly operation?: string;
}

/** As much of a decided call as is looked at when it is recorded. */
function made({
  redact = ['input.ssn'],
  params,
  text,
  decision = null,
  sentence = 's',
  protocol = 'mcp',
  operation,
}: Made): DecidedCall {
  const upstream =
    protocol === 'mcp'
      ? { kind: 'mcp', redact, mask: [], tools: new Map() }
      : { kind: 'a2a', redact, mask: [] };
  return {
    protocol,
    operation: operation ?? (protocol === 'mcp' ? 'mcp:tools/call' : 'a2a:message/send'),
    upstream,
    target: protocol === 'mcp' ? { kind: 'tool', name: 't' } : { kind: 'agent' },
    message: { paramsText: text ?? JSON.stringify(params) },
    verdict: { sentence, decision, sums: [] },
  } as unknown as DecidedCall;
}
const args = (value: unknown) => ({ name: 't', arguments: value });

describe('the request of a call', () => {
  test('is stored as it came where nothing is owed', () => {
    const text = '{ "name": "t", "arguments": {"n": 1.0} }';
    expect(recordedWords(made({ redact: [], text }), NEVER).request).toBe(text);
  });

  test('is stored without the values, and with every other character', () => {
    const text = `{ "name": "t", "arguments": {"ssn":\t"${SSN}", "n": 1.0, "u": "\\u0041"} }`;
    expect(recordedWords(made({ text }), NEVER).request).toBe(
      '{ "name": "t", "arguments": {"ssn":\t{"countersign":"redacted"}, "n": 1.0, "u": "\\u0041"} }',
    );
  });

  test('is stored without what repeats them, wherever the caller wrote it', () => {
    const params = { ...args({ ssn: SSN, note: `of ${SSN}` }), _meta: { hint: SSN } };
    const stored = recordedWords(made({ params }), NEVER).request ?? '';
    expect(stored).not.toContain(SSN);
    expect(JSON.parse(stored)).toMatchObject({
      arguments: { note: 'of [redacted]' },
      _meta: { hint: '[redacted]' },
    });
  });

  test('is stored without all of its arguments where these are no object', () => {
    expect(recordedWords(made({ params: args(`ssn ${SSN}`) }), NEVER).request).not.toContain(SSN);
  });

  test('is not stored at all where a name gives a value away', () => {
    const params = args({ ssn: SSN, people: { [SSN]: 1 } });
    expect(recordedWords(made({ params }), NEVER).request).toBeUndefined();
  });

  test('of a completion is stored without what was typed so far', () => {
    const params = {
      ref: { type: 'ref/prompt', name: 't' },
      argument: { name: 'ssn', value: SSN },
      context: { arguments: { a: 'b' } },
    };
    const stored = recordedWords(made({ params, operation: 'mcp:completion/complete' }), NEVER).request ?? '';
    expect(JSON.parse(stored)).toMatchObject({
      argument: { name: 'ssn', value: { countersign: 'redacted' } },
      context: { countersign: 'redacted' },
    });
  });

  test('to an agent is redacted in its data, in JSON that is sent as text, and in prose and files whole', () => {
    const parts = [
      { data: { ssn: SSN, a: 1 } },
      { text: JSON.stringify({ ssn: SSN, b: 2 }) },
      { text: `my number is ${SSN}` },
      { raw: 'AAAA', filename: 'x' },
    ];
    const stored =
      recordedWords(made({ params: { message: { messageId: 'm', parts } }, protocol: 'a2a' }), NEVER)
        .request ?? '';
    expect(stored).not.toContain(SSN);
    const gone = { countersign: 'redacted' };
    expect(JSON.parse(stored)).toEqual({
      message: {
        messageId: 'm',
        parts: [
          { data: { ssn: gone, a: 1 } },
          { text: JSON.stringify({ ssn: gone, b: 2 }) },
          { text: gone },
          { raw: gone, filename: 'x' },
        ],
      },
    });
  });
});

describe('what else is stored of it', () => {
  const decision = {
    request: {
      principal: { type: 'Agent', id: 'a' },
      action: { type: 'Action', id: 's/t' },
      resource: { type: 'Tool', id: 's/t' },
      context: { input: { ssn: SSN, n: 1 } },
      entities: [],
    },
    determining: [
      {
        id: 'p',
        effect: 'permit',
        file: 'f',
        line: 1,
        column: 1,
        text: `permit`,
        reads: [
          { path: 'context.input.ssn', value: SSN },
          { path: 'context.input.n', value: 1 },
        ],
      },
    ],
    nearest: [],
    guards: [],
    errors: [{ policy: 'p', message: `\`${SSN}\` is not a decimal` }],
    unrepresentable: [{ path: ['input', 'x'], why: `${SSN} is too large` }],
    obligations: { labels: [], redact: ['input.ssn'], mask: [] },
  } as unknown as Decision;

  test('the request that policy saw, what it read and what it complained of: all without the values', () => {
    const words = recordedWords(
      made({ redact: [], params: args({ ssn: SSN, n: 1 }), decision, sentence: `denied: ${SSN}` }),
      NEVER,
    );
    expect(JSON.stringify(words)).not.toContain(SSN);
    expect(words.cedar?.context['input']).toEqual({ ssn: { countersign: 'redacted' }, n: 1 });
    expect(words.explanation?.determining[0]?.reads).toEqual([
      { path: 'context.input.ssn', value: { countersign: 'redacted' } },
      { path: 'context.input.n', value: 1 },
    ]);
  });

  test('an answer that repeats what was sent', () => {
    const call = made({ params: args({ ssn: SSN }) });
    expect(
      recordedAnswer(call, JSON.stringify({ content: [{ type: 'text', text: `got ${SSN}` }] }), NEVER),
    ).toBe('{"content":[{"type":"text","text":"got [redacted]"}]}');
    expect(recordedAnswer(call, `no such person: ${SSN}`, NEVER)).toBe('no such person: [redacted]');
    expect(recordedAnswer(made({ redact: [], params: args({ ssn: SSN }) }), SSN, NEVER)).toBe(SSN);
  });
});

describe('what a reviewer is shown', () => {
  test('says of a value what kind it is, how long, and whether it is the same as another', () => {
    const show = (ssn: unknown) =>
      JSON.parse(shownParams(made({ params: args({ ssn }) }), KEY, NEVER)) as { arguments: { ssn: object } };
    const shown = show(SSN).arguments.ssn;
    expect(shown).toEqual({
      countersign: 'redacted',
      type: 'string',
      length: 11,
      hmac: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(show(SSN).arguments.ssn).toEqual(shown);
    expect(show('123-45-6780').arguments.ssn).not.toEqual(shown);
    expect(show(['a', 'b']).arguments.ssn).toMatchObject({ type: 'array', length: 2 });
    expect(show(12345).arguments.ssn).toMatchObject({ type: 'number' });
    const other = JSON.parse(
      shownParams(made({ params: args({ ssn: SSN }) }), Buffer.alloc(32, 8), NEVER),
    ) as {
      arguments: { ssn: object };
    };
    expect(other.arguments.ssn).not.toEqual(shown);
  });
});

describe('answers that a call carries', () => {
  const inputResponses = {
    form: { action: 'accept', content: { ssn: SSN, pin: 7, name: 'Ines' } },
    other: { action: 'accept', content: { city: 'Lisbon' } },
  };
  const carrier = (unstored: ReadonlyMap<string, readonly unknown[]>, redact: readonly string[] = []) =>
    ({ ...made({ redact, params: { name: 't', arguments: {}, inputResponses } }), unstored }) as DecidedCall;
  const named = (text: string) => {
    const path = parsePath(text, 'input');
    if (!path.ok) throw new Error(path.message);
    return path.value;
  };

  test('are stored without what must not be stored of each of them', () => {
    const stored = recordedWords(
      carrier(new Map([['form', [named('input.ssn'), named('input.pin')]]])),
      NEVER,
    ).request;
    expect(stored).not.toContain(SSN);
    expect(stored).not.toContain('"pin":7');
    expect(stored).toContain('Ines');
    expect(stored).toContain('Lisbon');
  });

  test('are withheld whole from what policies saw: they see them as text', () => {
    const tags = Object.fromEntries(
      Object.entries(inputResponses).map(([name, value]) => [name, JSON.stringify(value)]),
    );
    const entities = [
      {
        uid: { type: 'Members', id: 'inputResponses' },
        attrs: { names: ['form', 'other'] },
        parents: [],
        tags,
      },
    ];
    const request = { principal: {}, action: {}, resource: {}, context: { input: {} }, entities };
    const obligations = { redact: [], mask: [], labels: [] };
    const told = { determining: [], nearest: [], errors: [], unrepresentable: [], guards: [] };
    const decision = { request, obligations, ...told } as unknown as Decision;
    const call = carrier(new Map([['form', [named('input.pin')]]]));
    const { cedar } = recordedWords({ ...call, verdict: { ...call.verdict, decision } }, NEVER);
    expect(cedar?.entities[0]?.tags).toEqual({ form: { countersign: 'redacted' }, other: tags['other'] });
  });

  test('fall under what holds for their carrier, too', () => {
    expect(recordedWords(carrier(new Map(), ['input.ssn']), NEVER).request).not.toContain(SSN);
  });
});
