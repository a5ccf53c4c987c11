import type { Operation } from '@countersign/audit';
import { type ObligationPath, parsePath } from '@countersign/policy';
import { describe, expect, test } from 'vitest';
import { WITHHELD_PART } from '../../obligations/marks.ts';
import { maskAnswer } from './mask.ts';

const EMAIL = 'ines@northwind.example';
const PATHS: ObligationPath[] = ['result.email', 'result.rows[].email'].map((text) => {
  const path = parsePath(text, 'result');
  if (!path.ok) throw new Error(path.message);
  return path.value;
});

function answer(message: object | string, operation: Operation = 'mcp:tools/call') {
  const text = typeof message === 'string' ? message : JSON.stringify({ jsonrpc: '2.0', id: 7, ...message });
  const masked = maskAnswer(operation, Buffer.from(text), PATHS);
  if (!masked.ok) return { why: masked.why, code: masked.code };
  const told = Buffer.from(masked.bytes).toString('utf8');
  expect(told).not.toContain(EMAIL);
  expect(JSON.parse(told)).toMatchObject({
    jsonrpc: '2.0',
    id: 7,
    result: JSON.parse(masked.result) as object,
  });
  return {
    told: JSON.parse(masked.result) as Record<string, unknown>,
    text: told,
    notes: masked.notes,
    isError: masked.isError,
  };
}
const text = (value: unknown) => ({
  type: 'text',
  text: typeof value === 'string' ? value : JSON.stringify(value),
});

describe('a tool’s result', () => {
  test('is masked in its structure and in the text that repeats it', () => {
    const value = { email: EMAIL, rows: [{ email: EMAIL, n: 1 }] };
    const masked = { email: '[masked]', rows: [{ email: '[masked]', n: 1 }] };
    const { told, notes } = answer({ result: { content: [text(value)], structuredContent: value } });
    expect(told).toEqual({ content: [text(masked)], structuredContent: masked });
    expect(notes).toBe(0);
  });

  test('keeps the digits of its numbers', () => {
    const { text: told } = answer(
      `{"jsonrpc":"2.0","id":7,"result":{"content":[],"structuredContent":{"email":"${EMAIL}","n":1.50,"big":12345678901234567890123}}}`,
    );
    expect(told).toContain('"n":1.50,"big":12345678901234567890123');
  });

  test('loses prose and files beside a structure: a note says so', () => {
    const content = [
      text(`Write to ${EMAIL}`),
      text('Write to the address on file'),
      { type: 'image', data: 'AAAA', mimeType: 'image/png' },
      { type: 'resource_link', uri: 'crm://x', name: EMAIL },
      { type: 'resource', resource: { uri: 'crm://x', blob: 'AAAA' } },
      { type: 'made-up', anything: EMAIL },
    ];
    const { told, notes } = answer({ result: { content, structuredContent: { email: EMAIL } } });
    expect(told?.['content']).toEqual(content.map(() => text(WITHHELD_PART)));
    expect(notes).toBe(6);
  });

  test('keeps an embedded resource that is JSON', () => {
    const resource = { uri: 'crm://x', mimeType: 'application/json', text: JSON.stringify({ email: EMAIL }) };
    const { told } = answer({ result: { content: [{ type: 'resource', resource }] } });
    expect(told?.['content']).toEqual([
      { type: 'resource', resource: { ...resource, text: '{"email":"[masked]"}' } },
    ]);
  });

  test('loses what stands beside its structure: metadata, annotations, members that nobody knows', () => {
    const block = { ...text({ email: EMAIL }), annotations: { note: EMAIL }, _meta: { a: EMAIL } };
    const { told } = answer({
      result: { content: [block], _meta: { a: EMAIL }, more: EMAIL, isError: false },
    });
    expect(told).toEqual({ content: [text({ email: '[masked]' })] });
  });

  test('is masked where another member, or another text, repeats a value', () => {
    const value = { email: EMAIL, note: `cc ${EMAIL}`, url: `mailto:${EMAIL}?x` };
    const { told } = answer({ result: { content: [text({ to: EMAIL })], structuredContent: value } });
    expect(told).toEqual({
      content: [text({ to: '[masked]' })],
      structuredContent: { email: '[masked]', note: 'cc [masked]', url: 'mailto:[masked]?x' },
    });
  });

  test('of an error is masked like any other, and stays one', () => {
    const masked = answer({ result: { isError: true, content: [text({ email: EMAIL })] } });
    expect(masked).toMatchObject({
      isError: true,
      told: { isError: true, content: [text({ email: '[masked]' })] },
    });
  });

  test.each([
    ['nothing but prose', { result: { content: [text(EMAIL)] } }, /text or files/],
    [
      'an error in prose',
      { result: { isError: true, content: [text(`no customer ${EMAIL}`)] } },
      /text or files/,
    ],
    ['a structure that is none', { result: { content: [], structuredContent: EMAIL } }, /no object/],
    [
      'a value in a name',
      { result: { content: [], structuredContent: { email: EMAIL, by: { [EMAIL]: 1 } } } },
      /name of a member/,
    ],
    [
      'a value in an address',
      {
        result: {
          content: [
            { type: 'resource', resource: { uri: `crm://${EMAIL}`, text: JSON.stringify({ email: EMAIL }) } },
          ],
        },
      },
      /address/,
    ],
    [
      'two readings',
      '{"jsonrpc":"2.0","id":7,"result":{"content":[],"structuredContent":{"email":"a","email":"b"}}}',
      /read it differently/,
    ],
    ['a kind that is not known', { result: { resultType: 'task', task: EMAIL } }, /no result that is known/],
    ['no result', { result: null }, /no result that is known/],
  ])('with %s is not told at all', (_name, message, why) => {
    expect(answer(message).why).toMatch(why);
  });

  test('that is an empty list passes', () => {
    expect(answer({ result: { content: [] } }).told).toEqual({ content: [] });
  });
});

test('a protocol error is not told, but its code, where the code names a fault', () => {
  expect(answer({ error: { code: -32602, message: EMAIL, data: EMAIL } })).toMatchObject({ code: -32602 });
  expect(answer({ error: { code: 123456789, message: EMAIL } }).code).toBeUndefined();
});

describe('other results', () => {
  test('the messages of a prompt: JSON is masked, prose is withheld, nothing but prose is not told', () => {
    const say = (content: object) => ({ role: 'assistant', content });
    const both = { description: EMAIL, messages: [say(text({ email: EMAIL })), say(text(EMAIL))] };
    expect(answer({ result: both }, 'mcp:prompts/get').told).toEqual({
      messages: [say(text({ email: '[masked]' })), say(text(WITHHELD_PART))],
    });
    expect(answer({ result: { messages: [say(text(EMAIL))] } }, 'mcp:prompts/get').why).toMatch(
      /text or files/,
    );
  });

  test('the contents of a resource', () => {
    const result = {
      resultType: 'complete',
      ttlMs: 60_000,
      cacheScope: 'public',
      contents: [
        { uri: 'crm://a', mimeType: 'application/json', text: JSON.stringify({ email: EMAIL }) },
        { uri: 'crm://b', mimeType: 'text/plain', text: EMAIL },
        { uri: 'crm://c', blob: 'AAAA' },
      ],
    };
    expect(answer({ result }, 'mcp:resources/read').told).toEqual({
      resultType: 'complete',
      ttlMs: 0,
      cacheScope: 'private',
      contents: [
        { uri: 'crm://a', mimeType: 'application/json', text: '{"email":"[masked]"}' },
        { uri: 'crm://b', mimeType: 'text/plain', text: WITHHELD_PART },
        { uri: 'crm://c', mimeType: 'text/plain', text: WITHHELD_PART },
      ],
    });
  });

  test('an empty one passes, and one of a form that nobody described does not', () => {
    expect(answer({ result: { _meta: { a: EMAIL } } }, 'mcp:resources/subscribe').told).toEqual({});
    expect(answer({ result: { completion: { values: [EMAIL] } } }, 'mcp:completion/complete').why).toMatch(
      /nothing is known/,
    );
  });
});
