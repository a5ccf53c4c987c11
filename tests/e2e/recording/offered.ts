// What a server offers, and a client of it asks for: lists, tools, prompts, resources, completion.
import { legacy, counted } from './sessions.ts';
import { once, type Procedure } from './procedure.ts';

type Client = Awaited<ReturnType<typeof legacy>>;

const WATCHED = 'test://watched-resource';

/** A request of the official client. @param wire its method */
const sent = (
  wire: string,
  ask: (client: Client) => Promise<unknown>,
  before: (client: Client) => Promise<unknown> = () => Promise.resolve(),
): Procedure => ({
  upstream: 'fixture',
  async begin(place) {
    const client = await legacy(place);
    await before(client);
    return {
      receiver: place.gate.receiver(wire),
      perform: () => once(ask(client)),
      close: () => client.close(),
    };
  },
});

const listed = (list: (client: Client) => Promise<unknown>): Procedure =>
  counted(async (place) => {
    const client = await legacy(place);
    return {
      async perform() {
        await list(client);
        return 1;
      },
      close: () => client.close(),
    };
  });

export const offered: Readonly<Record<string, Procedure>> = {
  'mcp:tools/list': listed((client) => client.listTools()),
  'mcp:prompts/list': listed((client) => client.listPrompts()),
  'mcp:resources/list': listed((client) => client.listResources()),
  'mcp:resources/templates/list': listed((client) => client.listResourceTemplates()),
  'mcp:tools/call': sent('tools/call', (client) =>
    client.callTool({ name: 'test_tool_with_logging', arguments: {} }),
  ),
  'mcp:prompts/get': sent('prompts/get', (client) => client.getPrompt({ name: 'test_simple_prompt' })),
  'mcp:resources/read': sent('resources/read', (client) => client.readResource({ uri: WATCHED })),
  'mcp:resources/subscribe': sent('resources/subscribe', (client) =>
    client.subscribeResource({ uri: WATCHED }),
  ),
  'mcp:resources/unsubscribe': sent(
    'resources/unsubscribe',
    (client) => client.unsubscribeResource({ uri: WATCHED }),
    (client) => client.subscribeResource({ uri: WATCHED }),
  ),
  'mcp:completion/complete': sent('completion/complete', (client) =>
    client.complete({
      ref: { type: 'ref/prompt', name: 'test_prompt_with_arguments' },
      argument: { name: 'arg1', value: 'pa' },
    }),
  ),
};
