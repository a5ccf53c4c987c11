import { expect, test } from 'vitest';
import { inputOfAnswer, inputOfRequest } from './asked-input.ts';

const request = (...args: Parameters<typeof inputOfRequest>): unknown =>
  JSON.parse(inputOfRequest(...args) ?? 'null');
const answer = (operation: Parameters<typeof inputOfAnswer>[0], result: unknown): unknown =>
  JSON.parse(inputOfAnswer(operation, { result, error: null, text: '' }) ?? 'null');

const text = (said: string) => ({ type: 'text', text: said });

test('of a sampling request, texts are counted and everything with a name is listed', () => {
  const messages = [
    { role: 'user', content: text('four') },
    { role: 'assistant', content: [text('no'), { type: 'image', data: 'aGk=', mimeType: 'image/png' }] },
  ];
  expect(
    request('mcp:sampling', {
      messages,
      systemPrompt: 'be kind',
      maxTokens: 10,
      includeContext: 'allServers',
      modelPreferences: { hints: [{ name: 'claude' }, {}] },
      tools: [{ name: 'search' }],
    }),
  ).toEqual({
    messages: 2,
    roles: ['user', 'assistant'],
    kinds: ['text', 'image'],
    textLength: expect.any(Number) as unknown,
    hasSystemPrompt: true,
    maxTokens: 10,
    includeContext: 'allServers',
    models: ['claude', ''],
    tools: ['search'],
  });
});

test('of a form, its fields; of a link, its host', () => {
  const requestedSchema = { type: 'object', properties: { email: {}, age: {} }, required: ['email'] };
  expect(request('mcp:elicitation', { message: 'who?', requestedSchema })).toEqual({
    mode: 'form',
    textLength: 4,
    fields: ['email', 'age'],
    required: ['email'],
  });
  const url = 'https://vendor.example/login?x=1';
  expect(request('mcp:elicitation', { mode: 'url', message: 'here', url, elicitationId: 'e' })).toMatchObject(
    {
      mode: 'url',
      url,
      host: 'vendor.example',
    },
  );
});

test('of an answer, what it names, and how much it says', () => {
  expect(answer('mcp:elicitation', { action: 'accept', content: { email: 'a@b', age: 3 } })).toEqual({
    isError: false,
    textLength: 'accept'.length + 'a@b'.length,
    action: 'accept',
    fields: ['email', 'age'],
  });
  expect(answer('mcp:elicitation', { action: 'decline' })).toMatchObject({ action: 'decline', fields: [] });
  expect(answer('mcp:sampling', { role: 'assistant', model: 'm', content: text('snow') })).toMatchObject({
    role: 'assistant',
    model: 'm',
    kinds: ['text'],
  });
  expect(answer('mcp:roots', { roots: [{ uri: 'file:///a' }, { uri: 'not a uri' }] })).toMatchObject({
    roots: 2,
    uris: ['file:///a', 'not a uri'],
    schemes: ['file', ''],
  });
});

test('an error is an answer too, and its words count', () => {
  const error = { code: -1, message: 'no', data: { secret: 'abc' } };
  expect(JSON.parse(inputOfAnswer('mcp:roots', { result: null, error, text: '' }) ?? '')).toMatchObject({
    isError: true,
    errorCode: -1,
    textLength: 5,
    roots: 0,
  });
});

test.each<[string, unknown]>([
  ['sampling without messages', inputOfRequest('mcp:sampling', {})],
  ['messages that are no list', inputOfRequest('mcp:sampling', { messages: { 0: text('x') } })],
  ['a message without content', inputOfRequest('mcp:sampling', { messages: [{ role: 'user' }] })],
  ['content without a type', inputOfRequest('mcp:sampling', { messages: [{ content: { text: 'x' } }] })],
  ['tools that are no list', inputOfRequest('mcp:sampling', { messages: [], tools: { a: 1 } })],
  ['a system prompt that is no text', inputOfRequest('mcp:sampling', { messages: [], systemPrompt: ['x'] })],
  ['elicitation without a message', inputOfRequest('mcp:elicitation', { requestedSchema: {} })],
  ['a form of fields in a list', inputOfRequest('mcp:elicitation', { message: '', requestedSchema: [] })],
  [
    'fields that are no mapping',
    inputOfRequest('mcp:elicitation', { message: '', requestedSchema: { properties: [] } }),
  ],
  ['a link without its address', inputOfRequest('mcp:elicitation', { message: '', mode: 'url' })],
  ['a form with an address', inputOfRequest('mcp:elicitation', { message: '', url: 'https://x.example' })],
  ['roots that are no list', answer('mcp:roots', { roots: { 0: { uri: 'file:///home' } } })],
  ['a root without a uri', answer('mcp:roots', { roots: [{ name: 'home' }] })],
  ['a form filled in as text', answer('mcp:elicitation', { action: 'accept', content: 'secret' })],
  ['an answer to a form without an action', answer('mcp:elicitation', { content: {} })],
  ['sampled content without a type', answer('mcp:sampling', { content: { data: 'x' } })],
])('%s cannot be summed up, and is refused', (_, input) => {
  expect(input).toBeNull();
});

test('names that only readers who ignore case take for one that is looked at are no form of a request or an answer', () => {
  const folded: [Parameters<typeof inputOfAnswer>[0], object][] = [
    ['mcp:elicitation', { action: 'accept', Content: { iban: 'x' } }],
    ['mcp:elicitation', { action: 'decline', ACTION: 'accept' }],
    ['mcp:sampling', { role: 'user', content: { type: 'text', text: 'a', Type: 'image' } }],
    ['mcp:sampling', { role: 'user', content: [], Model: 'm' }],
    ['mcp:roots', { roots: [], Root\u017f: [{ uri: 'file:///home' }] }],
    ['mcp:roots', { roots: [{ uri: 'file:///a', URI: 'file:///home' }] }],
  ];
  for (const [operation, result] of folded) expect(answer(operation, result)).toBeNull();
  const messages = [{ role: 'user', content: text('a'), Content: text('b') }];
  expect(request('mcp:sampling', { messages })).toBeNull();
  const requestedSchema = { type: 'object', properties: {}, Propertie\u017f: { password: {} } };
  expect(request('mcp:elicitation', { message: 'who?', requestedSchema })).toBeNull();
  expect(
    answer('mcp:elicitation', { action: 'accept', content: { Action: 'x', CONTENT: 1 } }),
  ).not.toBeNull();
});
