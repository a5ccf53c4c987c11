// What a list shows is what could be permitted to whoever asks, and nothing else: prompts, resources and templates of them
// as well as tools, to official clients of every era (DESIGN section 1, bet 5).
import { connectV1, connectV2 } from '@countersign/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorld, type World } from './world.ts';

/** Of the fixture, the clerk may what is private and nothing else; the worker may all that is not. */
const POLICIES = `
@id("workers-use-the-fixture")
permit (principal is Agent, action in Action::"mcp", resource)
when { principal.capabilities.contains("fixture") };

@id("what-is-private-is-not-for-workers")
forbid (principal is Agent, action == Action::"mcp:prompts/get", resource is Prompt)
when { principal.capabilities.contains("fixture") && resource.name == "dismiss" };

@id("diaries-are-not-for-workers")
forbid (principal is Agent, action == Action::"mcp:resources/read", resource is Resource)
when { principal.capabilities.contains("fixture") && resource.uri like "fixture://diary*" };

@id("clerks-dismiss")
permit (principal is Agent, action == Action::"mcp:prompts/get", resource == Prompt::"fixture/dismiss")
when { principal.capabilities.contains("payments") };

@id("clerks-read-diaries-unless-they-have-seen-too-much")
permit (principal is Agent, action == Action::"mcp:resources/read", resource is Resource)
when { principal.capabilities.contains("payments") && resource.uri like "fixture://diary*" }
unless { context.chain.labels.contains("secret") };
`;

/** By name, by pattern and by what another policy leaves: of templates, only what they expand to counts. */
const OF_TEMPLATES = `
@id("workers-read-one-item")
permit (principal is Agent, action == Action::"mcp:resources/read", resource == Resource::"fixture/fixture://items/7")
when { principal.capabilities.contains("fixture") };

@id("workers-may-read-diaries")
permit (principal is Agent, action == Action::"mcp:resources/read", resource is Resource)
when { principal.capabilities.contains("fixture") && resource.uri like "fixture://d*" };

@id("no-page-of-a-diary-is-for-workers")
forbid (principal is Agent, action == Action::"mcp:resources/read", resource is Resource)
when { principal.capabilities.contains("fixture") && resource.uri like "fixture://diary/*" };

@id("clerks-read-what-is-called-like-a-template")
permit (principal is Agent, action == Action::"mcp:resources/read", resource == Resource::"fixture/fixture://items/{id}")
when { principal.capabilities.contains("payments") && resource.uri != "fixture://items/{id}" };

@id("clerks-read-pages-of-diaries")
permit (principal is Agent, action == Action::"mcp:resources/read", resource is Resource)
when { principal.capabilities.contains("payments") && resource.uri like "*://*/page-*" }
unless { resource.uri like "*://items/*" };
`;

let world: World;
beforeAll(async () => {
  world = await startWorld({ policies: POLICIES });
});
afterAll(async () => {
  await world.close();
});

const clients = [
  ['sdk 1.x', connectV1],
  ['client 2.x, legacy era', (url: string, options: { token: string }) => connectV2(url, options)],
  [
    'client 2.x, 2026-07-28',
    (url: string, options: { token: string }) => connectV2(url, { ...options, era: '2026-07-28' }),
  ],
] as const;

const NOTE = 'fixture://note';
const DIARY = 'fixture://diary';

describe.each(clients)('%s', (_name, connect) => {
  async function connected(agent: string) {
    const token = await world.token(agent, '/mcp/fixture');
    return connect(`${world.gateway.data}/mcp/fixture`, { token });
  }

  /** All that the server has to offer, as it is shown to one agent. */
  async function shownTo(agent: string) {
    const client = await connected(agent);
    const { prompts } = await client.listPrompts();
    const { resources } = await client.listResources();
    const { resourceTemplates } = await client.listResourceTemplates();
    await client.close();
    return {
      prompts: prompts.map(({ name }) => name),
      resources: resources.map(({ uri }) => uri),
      templates: resourceTemplates.map(({ uriTemplate }) => uriTemplate),
    };
  }

  test('two agents are shown what each could be permitted, and nothing of what only the other could', async () => {
    expect(await shownTo('worker')).toEqual({
      prompts: ['greet'],
      resources: [NOTE],
      templates: ['fixture://items/{id}'],
    });
    expect(await shownTo('clerk')).toEqual({
      prompts: ['dismiss'],
      resources: [DIARY],
      templates: ['fixture://diary/{page}'],
    });
  });

  test('what was shown is permitted when it is asked for, and what was hidden is denied', async () => {
    const worker = await connected('worker');
    const clerk = await connected('clerk');
    await expect(worker.getPrompt({ name: 'greet', arguments: { name: 'Ines' } })).resolves.toBeDefined();
    await expect(clerk.getPrompt({ name: 'dismiss' })).resolves.toBeDefined();
    await expect(worker.getPrompt({ name: 'dismiss' })).rejects.toThrow(/denied by policy/);
    await expect(clerk.getPrompt({ name: 'greet', arguments: { name: 'Ines' } })).rejects.toThrow(
      /denied by policy/,
    );
    for (const [reader, other, uri] of [
      [worker, clerk, NOTE],
      [worker, clerk, 'fixture://items/7'],
      [clerk, worker, DIARY],
      [clerk, worker, 'fixture://diary/7'],
    ] as const) {
      await expect(reader.readResource({ uri })).resolves.toBeDefined();
      await expect(other.readResource({ uri })).rejects.toThrow(/denied by policy/);
    }
    await Promise.all([worker.close(), clerk.close()]);
  });
});

describe('a template of resources', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ policies: OF_TEMPLATES });
  });
  afterAll(async () => {
    await world.close();
  });

  test('is shown to whom some expansion could be permitted, and to nobody else', async () => {
    const shownTo = async (agent: string) => {
      const token = await world.token(agent, '/mcp/fixture');
      const client = await connectV2(`${world.gateway.data}/mcp/fixture`, { token });
      const { resourceTemplates } = await client.listResourceTemplates();
      const readable = await Promise.all(
        ['items/7', 'items/8', 'items/page-1', 'diary/7', 'diary/page-1'].map((path) =>
          client.readResource({ uri: `fixture://${path}` }).then(
            () => [path],
            () => [],
          ),
        ),
      );
      await client.close();
      return {
        templates: resourceTemplates.map(({ uriTemplate }) => uriTemplate),
        readable: readable.flat(),
      };
    };
    expect(await shownTo('worker')).toEqual({
      templates: ['fixture://items/{id}'],
      readable: ['items/7'],
    });
    expect(await shownTo('clerk')).toEqual({
      templates: ['fixture://diary/{page}'],
      readable: ['diary/page-1'],
    });
  });
});
