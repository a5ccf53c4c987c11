import { expect, test } from 'vitest';
import { renamed, renamedEvents } from './rename.ts';

const told = (message: object) =>
  JSON.parse(Buffer.from(renamed('crm', Buffer.from(JSON.stringify(message)))).toString('utf8')) as unknown;

test('resources that results name lead back to their server', () => {
  const content = [
    { type: 'resource', resource: { uri: 'x://1', text: 'a' } },
    { type: 'resource_link', uri: 'x://2', name: 'b' },
    { type: 'text', text: 'x://3' },
  ];
  expect(told({ jsonrpc: '2.0', id: 1, result: { content } })).toMatchObject({
    result: {
      content: [
        { resource: { uri: 'countersign://crm/x://1', text: 'a' } },
        { uri: 'countersign://crm/x://2' },
        { text: 'x://3' },
      ],
    },
  });
  const contents = [{ uri: 'x://1', text: 'uri' }];
  expect(told({ id: 1, result: { contents } })).toMatchObject({
    result: { contents: [{ uri: 'countersign://crm/x://1' }] },
  });
  const messages = [{ role: 'user', content: { type: 'resource', resource: { uri: 'x://1' } } }];
  expect(told({ id: 1, result: { messages } })).toMatchObject({
    result: { messages: [{ content: { resource: { uri: 'countersign://crm/x://1' } } }] },
  });
});

test('what a tool returns as its own data is nobody’s name', () => {
  const result = { structuredContent: { uri: 'x://1', taskId: '7', content: [{ uri: 'x://2' }] } };
  expect(told({ jsonrpc: '2.0', id: 1, result })).toEqual({ jsonrpc: '2.0', id: 1, result });
});

test('requests of servers, and what refers to them, carry their server in their ids', () => {
  const params = { _meta: { progressToken: 5 } };
  expect(told({ id: 1, method: 'roots/list', params })).toEqual({
    id: 'crm:1',
    method: 'roots/list',
    params: { _meta: { progressToken: 'crm:5' } },
  });
  expect(told({ method: 'notifications/cancelled', params: { requestId: 'a' } })).toMatchObject({
    params: { requestId: 'crm:"a"' },
  });
  expect(told({ method: 'notifications/progress', params: { progressToken: 5 } })).toMatchObject({
    params: { progressToken: 5 },
  });
  expect(told({ method: 'notifications/resources/updated', params: { uri: 'x://1' } })).toMatchObject({
    params: { uri: 'countersign://crm/x://1' },
  });
});

test('the answer to a client keeps the id that the client gave', () => {
  expect(told({ id: 1, result: { taskId: 't', task: { taskId: 't' } } })).toEqual({
    id: 1,
    result: { taskId: 'crm__t', task: { taskId: 'crm__t' } },
  });
});

test('bytes that name nothing pass as they are', () => {
  const text = '{"id":1, "result":{"content":[{"type":"text","text":"1.0"}], "n":1.0}}';
  expect(Buffer.from(renamed('crm', Buffer.from(text))).toString('utf8')).toBe(text);
});

test('events keep their order, their comments and their delays, under ids that say whose they are', async () => {
  const events = [
    ': awake\n\n',
    'id: 1\ndata:\n\n',
    'id: 2\nretry: 10\ndata: {"id":1,"method":"ping"}\n\n',
    'data: {"method":"notifications/message","params":{}}\n\n',
  ];
  const stream = new Blob([events.join('')])
    .stream()
    .pipeThrough(renamedEvents('crm', { eventBytes: 1_000, heldBytes: 500 }));
  expect(await new Response(stream).text()).toBe(
    [
      ': awake\n\n',
      'event: message\nid: crm:"1"\ndata: \n\n',
      'event: message\nid: crm:"2"\nretry: 10\ndata: {"id":"crm:1","method":"ping"}\n\n',
      'data: {"method":"notifications/message","params":{}}\n\n',
    ].join(''),
  );
});

test('an event that is not held passes with its own bytes, and those behind it are read again', async () => {
  const large = `id: 7\ndata: {"id":1,"result":{"content":[{"uri":"x://1","text":"${'y'.repeat(900)}"}]}}\n\n`;
  const small = 'data: {"id":2,"method":"ping"}\n\n';
  const chunks = [small, large.slice(0, 600), large.slice(600) + small].map((text) => Buffer.from(text));
  const source = new ReadableStream<Uint8Array>({
    start(out) {
      for (const chunk of chunks) out.enqueue(chunk);
      out.close();
    },
  });
  const stream = source.pipeThrough(renamedEvents('crm', { eventBytes: 4_000, heldBytes: 500 }));
  const told = 'event: message\ndata: {"id":"crm:2","method":"ping"}\n\n';
  expect(await new Response(stream).text()).toBe(`${told}${large}${told}`);
});

test('what a task came to names resources of its server', () => {
  const result = { taskId: 't', result: { content: [{ type: 'resource_link', uri: 'x://1', name: 'a' }] } };
  expect(told({ id: 1, result })).toMatchObject({
    result: { taskId: 'crm__t', result: { content: [{ uri: 'countersign://crm/x://1' }] } },
  });
});

test('what a server asks about the tasks of its client has the client’s names; what it says of its own has the endpoint’s', () => {
  const asked = { id: 1, method: 'tasks/get', params: { taskId: 't' } };
  expect(told(asked)).toEqual({ ...asked, id: 'crm:1' });
  expect(told({ method: 'notifications/tasks/status', params: { taskId: 't' } })).toMatchObject({
    params: { taskId: 'crm__t' },
  });
});

test('messages that belong to a task name it as the endpoint does', () => {
  const related = (taskId: string) => ({ _meta: { 'io.modelcontextprotocol/related-task': { taskId } } });
  expect(told({ id: 1, result: { content: [], ...related('t') } })).toMatchObject({
    result: related('crm__t'),
  });
  expect(told({ id: 2, method: 'elicitation/create', params: related('t') })).toMatchObject({
    params: related('crm__t'),
  });
});
