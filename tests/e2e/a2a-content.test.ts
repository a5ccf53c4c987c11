// What policies see of a message between agents, in the running gateway: its parts, media types, keys, skill and extensions
// decide, in either version of A2A, and whatever was denied never reached the agent.
import { randomUUID } from 'node:crypto';
import { type Gateway, type Issuer, manifest, spawnGateway, startIssuer } from '@countersign/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { candidateOf } from './candidate.ts';
import { json, type RawAgent, startRawAgent } from './a2a-raw-agent.ts';

const POLICIES = `
@id("messages")
permit (principal is Agent, action in Action::"a2a:message", resource is Agent);

@id("known-kinds-of-files-only")
forbid (principal is Agent, action in Action::"a2a:message", resource is Agent)
unless { ["application/pdf"].containsAll(context.input.mediaTypes) && ["files.example"].containsAll(context.input.hosts) };

@id("no-salaries")
forbid (principal is Agent, action in Action::"a2a:message", resource is Agent)
when { context.input.dataKeys.contains("salary") };

@id("short-ones")
forbid (principal is Agent, action in Action::"a2a:message", resource is Agent)
when { context.input.textLength > 20 };

@id("no-transfers")
forbid (principal is Agent, action in Action::"a2a:message", resource is Agent)
when { context.input has skill && context.input.skill != "translate" };

@id("known-extensions-only")
forbid (principal is Agent, action in Action::"a2a:message", resource is Agent)
unless { ["https://ext.example/known/v1"].containsAll(context.input.extensions) };
`;

let issuer: Issuer;
let agents: Readonly<Record<'current' | 'earlier', RawAgent>>;
let gateway: Gateway;
beforeAll(async () => {
  issuer = await startIssuer();
  agents = { current: await startRawAgent('1.0'), earlier: await startRawAgent('0.3') };
  agents.current.answerWith((response, { rpc }) =>
    json(response, {
      jsonrpc: '2.0',
      id: rpc.id,
      result: { message: { messageId: 'r', role: 'ROLE_AGENT', parts: [{ text: 'ok' }] } },
    }),
  );
  agents.earlier.answerWith((response, { rpc }) =>
    json(response, {
      jsonrpc: '2.0',
      id: rpc.id,
      result: { kind: 'message', messageId: 'r', role: 'agent', parts: [{ kind: 'text', text: 'ok' }] },
    }),
  );
  gateway = await spawnGateway({
    config: { manifests: { 'world.yaml': manifests() }, policies: { 'world.cedar': POLICIES } },
  });
});
afterAll(async () => {
  await gateway.dispose();
  await Promise.all([agents.current.close(), agents.earlier.close(), issuer.close()]);
});

function manifests(): string {
  const agent = (name: string) =>
    manifest('Agent', name, {
      owner: 'olive',
      team: 'platform',
      purpose: `the ${name} of the tests`,
      capabilities: ['errands'],
      risk: 'medium',
      environment: 'production',
      identities: [{ issuer: 'corp', claim: 'client_id', value: name }],
    });
  return [
    manifest('Team', 'platform', {}),
    manifest('User', 'olive', { email: 'olive@example.com', groups: [] }),
    manifest('Issuer', 'corp', { issuer: issuer.url, jwksUri: issuer.jwksUri, kind: 'mixed' }),
    agent('planner'),
    agent('current'),
    agent('earlier'),
    agent('discreet'),
    manifest('A2AAgent', 'current', { url: agents.current.url }),
    manifest('A2AAgent', 'earlier', { url: agents.earlier.url }),
    manifest('A2AAgent', 'discreet', { url: agents.earlier.url, redact: ['input.note'] }),
  ].join('\n');
}

type Members = Readonly<Record<string, unknown>>;
type Callee = keyof typeof agents;

/** `allowed`, or the ids of the policies that denied it; checked against what reached the agent. */
async function outcomeOf(
  callee: Callee,
  message: Members,
  headers: Readonly<Record<string, string>> = {},
  name: string = callee,
) {
  const before = agents[callee].requests.length;
  const token = await issuer.mint({ clientId: 'planner', resource: `${gateway.data}/a2a/${name}` });
  const isCurrent = callee === 'current';
  const common = { messageId: randomUUID(), ...(isCurrent ? {} : { kind: 'message' }) };
  const response = await fetch(`${gateway.data}/a2a/${name}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      ...(isCurrent ? { 'a2a-version': '1.0' } : {}),
      ...headers,
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: isCurrent ? 'SendMessage' : 'message/send',
      params: { message: { ...common, role: isCurrent ? 'ROLE_USER' : 'user', ...message } },
    }),
  });
  const { error } = (await response.json()) as {
    readonly error?: { readonly data: readonly { readonly metadata: { readonly policies?: string } }[] };
  };
  const policies = error?.data[0]?.metadata.policies;
  const outcome = error === undefined ? 'allowed' : (JSON.parse(policies ?? '[]') as unknown);
  expect(agents[callee].requests.length).toBe(before + (outcome === 'allowed' ? 1 : 0));
  return outcome;
}

const text = (value: string) => ({ current: { text: value }, earlier: { kind: 'text', text: value } });
const data = (value: Members) => ({ current: { data: value }, earlier: { kind: 'data', data: value } });
const raw = (mediaType: string | null) => ({
  current: { raw: 'aGk=', ...(mediaType === null ? {} : { mediaType }) },
  earlier: { kind: 'file', file: { bytes: 'aGk=', ...(mediaType === null ? {} : { mimeType: mediaType }) } },
});
const url = (address: string) => ({
  current: { url: address, mediaType: 'application/pdf' },
  earlier: { kind: 'file', file: { uri: address, mimeType: 'application/pdf' } },
});
type Part = Readonly<Record<Callee, Members>>;

const FILES = ['known-kinds-of-files-only'];
const CASES: readonly (readonly [string, readonly Part[], Members, unknown])[] = [
  ['a short text', [text('hello')], {}, 'allowed'],
  ['twenty characters that are more bytes and units', [text('👍'.repeat(20))], {}, 'allowed'],
  ['a long text in two parts', [text('x'.repeat(15)), text('y'.repeat(6))], {}, ['short-ones']],
  ['a file of a known kind', [raw('application/pdf')], {}, 'allowed'],
  ['a file of another kind', [raw('application/zip')], {}, FILES],
  ['a file of no kind', [raw(null)], {}, FILES],
  ['a file on a known host', [url('https://files.example/a')], {}, 'allowed'],
  ['a file on another host', [url('https://files.example.evil.example/a')], {}, FILES],
  ['data', [data({ name: 'x' })], {}, 'allowed'],
  ['data with a salary', [data({ name: 'x' }), data({ salary: 1 })], {}, ['no-salaries']],
  ['a skill', [text('x')], { metadata: { skillId: 'translate' } }, 'allowed'],
  ['another skill', [text('x')], { metadata: { skillId: 'transfer' } }, ['no-transfers']],
  ['two skills', [text('x')], { metadata: { skill: 'translate', skillId: 'transfer' } }, ['no-transfers']],
  ['an extension', [text('x')], { extensions: ['https://ext.example/pay/v1'] }, ['known-extensions-only']],
];

for (const callee of ['current', 'earlier'] as const) {
  test.each(CASES)(`to the ${callee} agent: %s`, async (_, parts, more, outcome) => {
    expect(await outcomeOf(callee, { parts: parts.map((part) => part[callee]), ...more })).toEqual(outcome);
  });
}

test('an extension that only the header names is one in use', async () => {
  const parts = [{ text: 'x' }];
  const named = { 'a2a-extensions': 'https://ext.example/known/v1, https://ext.example/pay/v1' };
  expect(await outcomeOf('current', { parts }, named)).toEqual(['known-extensions-only']);
});

test('data of more members than policies are shown is denied where one reads them', async () => {
  const many = Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`k${i}`, 1]));
  expect(await outcomeOf('current', { parts: [{ data: many }] })).toEqual(['no-salaries']);
});

test('what is recorded of messages decides again, also where part of one is redacted', async () => {
  const parts = [data({ note: 'secret-of-mine', amount: 1 }).earlier];
  expect(await outcomeOf('earlier', { parts, metadata: { skill: 'translate' } }, {}, 'discreet')).toBe(
    'allowed',
  );
  const candidate = await candidateOf(POLICIES, ['contains("salary")', 'contains("amount")']);
  const diff = await gateway.cli('policy', 'diff', candidate.folder, '--json');
  await candidate.remove();
  const { replay } = JSON.parse(diff.stdout) as {
    replay: {
      readonly notReplayed: object;
      readonly groups: readonly { target: string; from: string; to: string }[];
    };
  };
  expect(replay.notReplayed).toEqual({});
  expect(replay.groups.map(({ target, from, to }) => `${target}: ${from} → ${to}`).sort()).toEqual([
    'current: deny → allow',
    'discreet: allow → deny',
    'earlier: deny → allow',
  ]);
});
