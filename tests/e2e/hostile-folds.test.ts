// Names that only readers which ignore case take for one that has a meaning (CVE-2026-27896), where they stand deeper in a
// message than its envelope: in what a completion is for, and in what a client answers to a server. What policy was not shown
// does not leave.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { modernRequest } from './modern-call.ts';
import { type MrtrWorld, startMrtrWorld } from './mrtr-world.ts';

let world: MrtrWorld;
beforeAll(async () => {
  world = await startMrtrWorld();
});
afterAll(async () => {
  await world.close();
});

const completion = (ref: object, argument: object = { name: 'a', value: '' }) => ({
  method: 'completion/complete',
  params: { ref, argument },
});
const safe = { type: 'ref/prompt', name: 'safe' };

describe('what a completion is for', () => {
  const cases: readonly [string, object, object?][] = [
    ['another name beside it', { ...safe, Name: 'secret' }],
    ['another type beside it', { ...safe, TYPE: 'ref/resource', uri: 'a://b' }],
    ['another URI beside it', { type: 'ref/resource', uri: 'a://b', URI: 'a://secret' }],
    ['a dotted capital', { type: 'ref/resource', uri: 'a://b', ur\u0130: 'a://secret' }],
    ['another value beside it', safe, { name: 'a', value: '', Value: 'x' }],
  ];

  test.each(cases)('%s is refused in every revision and at every endpoint', async (_name, ref, argument) => {
    const { length } = world.upstream.requests;
    const { method, params } = completion(ref, argument);
    const told = [await world.post({ id: 1, method, params })];
    for (const path of ['/mcp/raw', '/mcp']) {
      const url = `${world.gateway.data}${path}`;
      const token = await world.issuer.mint({ clientId: 'worker', resource: url });
      const { headers, body } = modernRequest({ token, tool: 'call', args: {} });
      const { _meta } = (JSON.parse(body) as { params: { _meta: object } }).params;
      told.push(
        await fetch(url, {
          method: 'POST',
          headers: { ...(headers as Record<string, string>), 'mcp-method': method, 'mcp-name': 'safe' },
          body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } }),
        }),
      );
    }
    for (const response of told) {
      expect(response.status).toBe(400);
      const message = expect.stringContaining('too close to one that has a meaning') as unknown;
      expect(await response.json()).toMatchObject({ error: { code: -32600, message } });
    }
    expect(world.upstream.requests).toHaveLength(length);
    expect((await world.call()).status).toBe(200);
  });
});

describe('what a client answers', () => {
  const form = {
    method: 'elicitation/create',
    params: { mode: 'form', message: 'who?', requestedSchema: { type: 'object', properties: { name: {} } } },
  };
  const sample = {
    method: 'sampling/createMessage',
    params: { maxTokens: 10, messages: [{ role: 'user', content: { type: 'text', text: 'x' } }] },
  };
  const roots = { method: 'roots/list', params: {} };
  const cases: readonly [string, object, object][] = [
    // Policy forbids to answer with an `iban` without approval, and with the home folder at all.
    ['a form', form, { action: 'accept', Content: { iban: 'DE00' } }],
    ['a form', form, { action: 'accept', content: { name: 'x' }, CONTENT: { iban: 'DE00' } }],
    ['roots', roots, { roots: [], Root\u017f: [{ uri: 'file:///home' }] }],
    ['roots', roots, { roots: [{ uri: 'file:///a', Uri: 'file:///home' }] }],
    [
      'a sample',
      sample,
      { role: 'assistant', model: 'm', content: { type: 'text', text: 'x', Type: 'image' } },
    ],
  ];

  test.each(cases)(
    'to %s under names that were not looked at stays here',
    async (_name, question, result) => {
      const capabilities = { elicitation: {}, sampling: {}, roots: {} };
      const meta = { 'io.modelcontextprotocol/clientCapabilities': capabilities };
      const args = { ask: { q: question }, state: 's' };
      const asked = await world.ask(args, {}, { meta });
      const state = asked.result?.requestState ?? '';
      expect([asked.result?.resultType, state === '']).toEqual(['input_required', false]);
      const before = world.received();
      const answer = await world.ask(args, { requestState: state, inputResponses: { q: result } }, { meta });
      const message = expect.stringContaining('has not the form of an answer') as unknown;
      expect(answer.error).toMatchObject({ code: -32602, message });
      expect(world.received()).toBe(before);
      expect((await world.call()).status).toBe(200);
    },
  );
});
