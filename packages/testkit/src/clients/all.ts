// Every client that the gateway is tried with, by the name that the documentation uses.
import { aiSdk } from './ai-sdk.ts';
import { inspectorCli } from './inspector.ts';
import { langchain } from './langchain.ts';
import { mcpRemote } from './mcp-remote.ts';
import { sdkV1, sdkV2 } from './sdk.ts';
import type { ConnectClient } from './user.ts';

export const userClients: Readonly<Record<string, ConnectClient>> = {
  'SDK 1.x': sdkV1,
  'SDK 2.x, sessions': sdkV2('legacy'),
  'SDK 2.x, 2026-07-28': sdkV2('2026-07-28'),
  'mcp-remote': mcpRemote,
  'Inspector CLI, sessions': inspectorCli(),
  'Inspector CLI, 2026-07-28': inspectorCli('--protocol-era', 'modern'),
  '@ai-sdk/mcp': aiSdk,
  '@langchain/mcp-adapters': langchain,
};
