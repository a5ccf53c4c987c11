import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { newId } from '@countersign/audit';
import { afterEach, describe, expect, it } from 'vitest';
import { mcpServer } from '../registry/testing-server.ts';
import type { McpServer } from '../registry/types.ts';
import { catalogChange, fromRecord } from './catalog-record.ts';
import { type CatalogDeps, fetchCatalog, type ServerCatalog } from './catalog.ts';
import { createUpstreamClient } from './client.ts';

interface Asked {
  readonly http: string;
  readonly method: string | undefined;
  readonly params: Readonly<Record<string, unknown>>;
  readonly headers: IncomingHttpHeaders;
}
/** The text of a `result`, or a whole answer. */
type Reply = string | ((response: ServerResponse, id: unknown) => void);

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** A server that answers each method with the given text, so that it can be as hostile as a test wants. */
async function serverThat(reply: (asked: Asked) => Reply): Promise<{ server: McpServer; asked: Asked[] }> {
  const asked: Asked[] = [];
  const http = createServer((request, response) => {
    void buffer(request).then((body) => {
      const message = (body.length === 0 ? {} : JSON.parse(body.toString())) as Record<string, unknown>;
      const method = message['method'] as string | undefined;
      const params = (message['params'] ?? {}) as Asked['params'];
      const each = { http: request.method ?? '', method, params, headers: request.headers };
      asked.push(each);
      if (message['id'] === undefined) return response.writeHead(202).end();
      const answer = reply(each);
      if (typeof answer !== 'string') return answer(response, message['id']);
      response.writeHead(200, { 'content-type': 'application/json' });
      return response.end(`{"jsonrpc":"2.0","id":${JSON.stringify(message['id'])},"result":${answer}}`);
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  cleanups.push(
    () => http.closeAllConnections(),
    () => http.close(),
  );
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`;
  return { server: serverAt(url), asked };
}
const serverAt = (url: string): McpServer =>
  mcpServer({ place: { transport: 'streamable-http', url }, credential: { kind: 'bearer', env: 'TOKEN' } });

function fetching(server: McpServer, changes: Partial<CatalogDeps> = {}) {
  const client = createUpstreamClient({ retryDelayMs: 1 });
  cleanups.push(() => client.close());
  return fetchCatalog(server, {
    client,
    now: () => 1_000,
    version: '1.0',
    env: { TOKEN: 'secret' },
    ...changes,
  });
}
async function fetched(server: McpServer): Promise<ServerCatalog> {
  const result = await fetching(server);
  if (!result.ok) throw new Error(result.error.reason);
  return result.value;
}

const status =
  (code: number, body = ''): Reply =>
  (response) =>
    response.writeHead(code, { 'content-type': 'application/json' }).end(body);
const DISCOVERED = '{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{}}}';
const PAY = '{"name":"pay","inputSchema":{"type":"object","properties":{"max":{"const":1.0}}}}';
/** A server of the newer era with these lists. */
const listing =
  (lists: Readonly<Record<string, string>>, capabilities = 'tools') =>
  ({ method }: Asked): Reply => {
    if (method === 'server/discover')
      return DISCOVERED.replace(
        '"tools":{}',
        capabilities
          .split(',')
          .map((name) => `"${name}":{}`)
          .join(','),
      );
    return (
      lists[method ?? ''] ??
      status(404, '{"jsonrpc":"2.0","id":null,"error":{"code":-32601,"message":"Method not found"}}')
    );
  };

describe('a server of 2026-07-28', () => {
  it('is asked without a session, with mirrored headers and its credential', async () => {
    const { server, asked } = await serverThat(listing({ 'tools/list': `{"tools":[${PAY}]}` }));
    const catalog = await fetched(server);
    expect(catalog.revision).toBe('2026-07-28');
    expect(catalog.tools).toEqual([
      {
        kind: 'tool',
        name: 'pay',
        definition: PAY,
        digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        inputSchema: { type: 'object', properties: { max: { const: 1 } } },
      },
    ]);
    expect(catalog.fetchedAt).toBe(1_000);
    expect(asked.map(({ method }) => method)).toEqual(['server/discover', 'tools/list']);
    for (const { headers, method, params } of asked) {
      expect(headers).toMatchObject({
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': method,
        authorization: 'Bearer secret',
      });
      expect(params['_meta']).toMatchObject({ 'io.modelcontextprotocol/protocolVersion': '2026-07-28' });
    }
  });

  it('is asked again in the version that it says it speaks, and never with another handshake', async () => {
    const refusal =
      '{"jsonrpc":"2.0","id":null,"error":{"code":-32022,"message":"no","data":{"supported":["2026-07-28"]}}}';
    const refusing = (times: number) => {
      let refused = 0;
      return serverThat((each) =>
        refused++ < times ? status(400, refusal) : listing({ 'tools/list': `{"tools":[${PAY}]}` })(each),
      );
    };
    const once = await refusing(1);
    expect((await fetched(once.server)).tools).toHaveLength(1);
    expect(once.asked.map(({ method }) => method)).toEqual([
      'server/discover',
      'server/discover',
      'tools/list',
    ]);
    const always = await refusing(Number.POSITIVE_INFINITY);
    expect(await fetching(always.server)).toMatchObject({ ok: false });
    expect(always.asked.map(({ method }) => method)).toEqual(['server/discover', 'server/discover']);
  });

  it('is asked page by page, and for each kind that it announces', async () => {
    const { server, asked } = await serverThat((each) => {
      if (each.method === 'tools/list') {
        return each.params['cursor'] === undefined
          ? `{"tools":[${PAY}],"nextCursor":"2"}`
          : '{"tools":[{"name":"refund","inputSchema":{}}]}';
      }
      const lists = {
        'prompts/list': '{"prompts":[{"name":"hello"}]}',
        'resources/list': '{"resources":[{"uri":"file:///a","name":"a"}]}',
        'resources/templates/list': '{"resourceTemplates":[{"uriTemplate":"file:///{x}","name":"x"}]}',
      };
      return listing(lists, 'tools,prompts,resources')(each);
    });
    const { tools, prompts, resources, templates, skipped } = await fetched(server);
    const names = [tools, prompts, resources, templates].map((list) => list.map(({ name }) => name));
    expect(names).toEqual([['pay', 'refund'], ['hello'], ['file:///a'], ['file:///{x}']]);
    expect(skipped).toEqual([]);
    expect(
      asked.filter(({ method }) => method === 'tools/list').map(({ params }) => params['cursor']),
    ).toEqual([undefined, '2']);
  });

  it('may answer with an event stream, and say other things first', async () => {
    const { server } = await serverThat((each) => {
      if (each.method !== 'tools/list') return listing({})(each);
      return (response, id) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(': hello\n\ndata: {"jsonrpc":"2.0","method":"notifications/message","params":{}}\n\n');
        response.write(`data: {"jsonrpc":"2.0","id":${Number(id)},"method":"ping"}\n\n`);
        // It stays open: what was asked for must not wait for its end.
        response.write(`data: {"jsonrpc":"2.0","id":${Number(id)},"result":{"tools":[${PAY}]}}\n\n`);
      };
    });
    expect((await fetched(server)).tools).toHaveLength(1);
  });

  it('lacks what it cannot list, but for its tools', async () => {
    const { server } = await serverThat(listing({ 'tools/list': '{"tools":[]}' }, 'tools,prompts'));
    const { prompts, skipped } = await fetched(server);
    expect(prompts).toEqual([]);
    expect(skipped).toMatchObject([
      { kind: 'prompt', name: null, reason: expect.stringContaining('HTTP 404') as string },
    ]);
    const { server: mute } = await serverThat(listing({}));
    expect(await fetching(mute)).toMatchObject({ ok: false, error: { code: 'upstream_invalid' } });
  });
});

describe('a server of an older revision', () => {
  const legacy = (each: Asked): Reply => {
    if (each.method === 'initialize') {
      return (response, id) => {
        response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 's-1' });
        response.end(
          `{"jsonrpc":"2.0","id":${Number(id)},"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}}}}`,
        );
      };
    }
    return each.headers['mcp-session-id'] === 's-1' ? `{"tools":[${PAY}]}` : status(400, 'no session');
  };

  it('is asked in a session, which is ended', async () => {
    const { server, asked } = await serverThat(legacy);
    const catalog = await fetched(server);
    expect(catalog.revision).toBe('2025-06-18');
    expect(catalog.tools.map(({ name }) => name)).toEqual(['pay']);
    expect(asked.map(({ http, method }) => method ?? http)).toEqual([
      'server/discover',
      'initialize',
      'notifications/initialized',
      'tools/list',
      'DELETE',
    ]);
    expect(asked[3]?.headers).toMatchObject({
      'mcp-session-id': 's-1',
      'mcp-protocol-version': '2025-06-18',
    });
    expect(asked[4]?.headers).toMatchObject({ 'mcp-session-id': 's-1', authorization: 'Bearer secret' });
  });

  it.each<[string, Reply]>([
    [
      'a JSON-RPC error',
      (response, id) =>
        response.end(`{"jsonrpc":"2.0","id":${Number(id)},"error":{"code":-32601,"message":"no"}}`),
    ],
    ['a failure', status(500)],
    ['nonsense', status(200, '<html>')],
    ['no answer', status(202)],
  ])('is recognised when it answers the question of the newer era with %s', async (_name, discover) => {
    const { server } = await serverThat((each) =>
      each.method === 'server/discover' ? discover : legacy(each),
    );
    expect((await fetched(server)).tools).toHaveLength(1);
  });
});

describe('a hostile definition is left out, and the others stay', () => {
  const around = (bad: string): string => `{"tools":[${PAY},${bad},{"name":"refund","inputSchema":{}}]}`;
  it.each<[string, string, string | null]>([
    ['with a member given twice', '{"name":"evil","inputSchema":{"type":"object","type":"array"}}', 'evil'],
    ['with a prototype', '{"name":"evil","inputSchema":{"__proto__":{"isAdmin":true}}}', 'evil'],
    ['with half a surrogate pair', '{"name":"evil","description":"\\ud800","inputSchema":{}}', 'evil'],
    ['that is too deep', `{"name":"evil","inputSchema":${'{"a":'.repeat(100)}1${'}'.repeat(100)}}`, 'evil'],
    ['that is too large', `{"name":"evil","description":"${'x'.repeat(300_000)}","inputSchema":{}}`, 'evil'],
    ['without a schema', '{"name":"evil"}', 'evil'],
    ['whose schema is no object', '{"name":"evil","inputSchema":[]}', 'evil'],
    ['without a name', '{"inputSchema":{}}', null],
    ['whose name is no text', '{"name":7,"inputSchema":{}}', null],
    ['whose name is empty', '{"name":"","inputSchema":{}}', ''],
    ['whose name is on two lines', '{"name":"a\\nb","inputSchema":{}}', 'a\nb'],
    ['that is no object', '"pay"', null],
  ])('%s', async (_name, bad, name) => {
    const { server } = await serverThat(listing({ 'tools/list': around(bad) }));
    const catalog = await fetched(server);
    expect(catalog.tools.map((tool) => tool.name)).toEqual(['pay', 'refund']);
    expect(catalog.skipped).toMatchObject([{ kind: 'tool', name }]);
  });

  it('that has the name of another, with that other', async () => {
    const other = '{"name":"pay","inputSchema":{"type":"object"}}';
    const { server } = await serverThat(listing({ 'tools/list': around(other) }));
    const catalog = await fetched(server);
    expect(catalog.tools.map((tool) => tool.name)).toEqual(['refund']);
    expect(catalog.skipped).toEqual([{ kind: 'tool', name: 'pay', reason: '2 definitions have this name' }]);
  });
});

describe('a catalogue cannot be read', () => {
  it.each<[string, (asked: Asked) => Reply, string, string]>([
    ['from a server that turns the credential away', () => status(401), 'upstream_unavailable', 'HTTP 401'],
    ['from a server that knows no era', () => status(404), 'upstream_invalid', 'HTTP 404'],
    [
      'that never ends',
      listing({ 'tools/list': '{"tools":[],"nextCursor":"again"}' }),
      'upstream_invalid',
      'more than 64 pages',
    ],
    ['that is no JSON', listing({ 'tools/list': '{"tools":[}' }), 'upstream_invalid', 'cannot be read'],
    ['that is no list', listing({ 'tools/list': '{"tools":{}}' }), 'upstream_invalid', 'no list'],
    [
      'that has two lists',
      listing({ 'tools/list': '{"tools":[],"tools":[]}' }),
      'upstream_invalid',
      'no list',
    ],
    [
      'whose cursor is no text',
      listing({ 'tools/list': '{"tools":[],"nextCursor":7}' }),
      'upstream_invalid',
      'nextCursor',
    ],
  ])('%s', async (_name, reply, code, why) => {
    const { server } = await serverThat(reply);
    const result = await fetching(server);
    expect(result).toMatchObject({ ok: false, error: { code } });
    const error = result.ok ? null : result.error;
    expect(error?.reason).toContain('server `payments`');
    expect(error?.reason).toContain(why);
    expect(error?.message).not.toContain('payments');
  });

  it('that does not come in time', async () => {
    const { server } = await serverThat(() => () => undefined);
    const result = await fetching(server, { timeoutMs: 250 });
    expect(result).toMatchObject({ ok: false, error: { code: 'upstream_timeout' } });
  });

  it('from a server that is down', async () => {
    expect(await fetching(serverAt('http://127.0.0.1:1/mcp'))).toMatchObject({
      ok: false,
      error: { code: 'upstream_unavailable' },
    });
  });

  it('without the credential', async () => {
    const result = await fetching(serverAt('http://127.0.0.1:1/mcp'), { env: {} });
    expect(result).toMatchObject({
      ok: false,
      error: { reason: expect.stringContaining('`TOKEN` is not set') as string },
    });
  });
});

describe('a catalogue', () => {
  const of = async (...tools: string[]): Promise<ServerCatalog> => {
    const { server } = await serverThat(listing({ 'tools/list': `{"tools":[${tools.join(',')}]}` }));
    return fetched(server);
  };
  const refund = '{"name":"refund","inputSchema":{}}';

  it('has one digest however its definitions are ordered and written, and another when one of them changes', async () => {
    const { digest } = await of(PAY, refund);
    expect((await of('{"inputSchema": {}, "name": "refund"}', PAY)).digest).toBe(digest);
    expect((await of(PAY.replace('1.0', '1'), refund)).digest).not.toBe(digest);
    expect((await of(PAY)).digest).not.toBe(digest);
  });

  it('is recorded as what changed, and stored as a whole', async () => {
    const uid = newId('srv');
    const before = await of(PAY, refund);
    const after = await of(PAY.replace('1.0', '2.0'), refund);
    const { entry, change } = catalogChange(uid, before, after);
    expect(entry).toMatchObject({ kind: 'catalog.changed', body: { upstream: uid } });
    const { details } = entry;
    expect(details.before).toBe(
      `{"digest":"${before.digest}","tools":[${PAY}],"prompts":[],"resources":[],"templates":[]}`,
    );
    expect(details.after).toContain('"const":2.0');
    expect(details.after).not.toContain('refund');
    expect(catalogChange(uid, null, after).entry.details).not.toHaveProperty('before');

    const { row } = change;
    const record = {
      upstreamUid: uid,
      definitions: row.definitions,
      digest: row.digest,
      fetchedAt: row.fetched_at,
    };
    expect(fromRecord(record)).toEqual(after);
    expect(fromRecord({ ...record, digest: before.digest })).toBeNull();
    expect(fromRecord({ ...record, definitions: '[]' })).toBeNull();
  });
});
