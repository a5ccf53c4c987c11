// `mcp-remote` as a host runs it: as a server on its standard streams, with the official client on the other side of them.
import { fileURLToPath } from 'node:url';

import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

import { type ConnectClient, seen, seenIn } from './user.ts';

const bridge = fileURLToPath(new URL('../../../../node_modules/mcp-remote/dist/proxy.js', import.meta.url));

export const mcpRemote: ConnectClient = async ({ url, token, home }) => {
  const client = new Client({ name: 'a host', version: '1.0.0' });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [
        bridge,
        url,
        '--allow-http',
        '--transport',
        'http-only',
        '--header',
        `Authorization:Bearer ${token}`,
      ],
      env: { PATH: process.env['PATH'] ?? '', HOME: home, MCP_REMOTE_CONFIG_DIR: home },
      stderr: 'ignore',
    }),
  );
  return {
    call: (name, args) => seen(async () => seenIn(await client.callTool({ name, arguments: { ...args } }))),
    close: () => client.close(),
  };
};
