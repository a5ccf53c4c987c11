// `@ai-sdk/mcp` as an agent uses it: the server's tools as tools of the AI SDK, executed as the model would have them.
import { createMCPClient } from '@ai-sdk/mcp';

import { type ConnectClient, seen, seenIn } from './user.ts';

export const aiSdk: ConnectClient = async ({ url, token }) => {
  const client = await createMCPClient({
    transport: { type: 'http', url, headers: { Authorization: `Bearer ${token}` } },
  });
  const tools = await client.tools();
  return {
    call: (name, args) =>
      seen(async () => {
        const result: unknown = await tools[name]?.execute(
          { ...args },
          { toolCallId: '1', messages: [], context: {} },
        );
        return seenIn(result as object);
      }),
    close: () => client.close(),
  };
};
