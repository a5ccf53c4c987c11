// `@langchain/mcp-adapters` as an agent uses it: the server's tools as tools of LangChain.
import { MultiServerMCPClient } from '@langchain/mcp-adapters';

import { type ConnectClient, seen } from './user.ts';

export const langchain: ConnectClient = async ({ url, token }) => {
  const client = new MultiServerMCPClient({
    mcpServers: {
      server: { url, headers: { Authorization: `Bearer ${token}` }, automaticSSEFallback: false },
    },
  });
  const tools = new Map((await client.getTools()).map((tool) => [tool.name, tool]));
  return {
    // It gives a tool's text, and throws where the tool failed.
    call: (name, args) =>
      seen(async () => {
        const text: unknown = await tools.get(name)?.invoke({ ...args });
        return { how: 'result', text: typeof text === 'string' ? text : JSON.stringify(text) };
      }),
    close: () => client.close(),
  };
};
