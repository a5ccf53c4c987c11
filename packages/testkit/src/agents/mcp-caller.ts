// An agent's hand on one MCP server through the gateway: the official client, the agent's own token, and the call token
// of the work it acts for. Nothing in here knows how the gateway works; only its header names.
import { Client, StreamableHTTPClientTransport, type CallToolResult } from '@modelcontextprotocol/client';

import { type Credentials, tokenSource } from './credentials.ts';
import { receiptHeaders, type Receipt } from './receipts.ts';

export type McpTarget = {
  /** Base address of the gateway's data plane. */
  readonly gateway: string;
  /** The name under which the MCP server is registered. */
  readonly server: string;
  readonly credentials: Credentials;
  /** The call token of the inbound work, if this agent was called itself. */
  readonly callToken?: string;
  readonly era?: 'legacy' | 'auto' | '2026-07-28';
};

export type ToolAnswer = {
  readonly isError: boolean;
  readonly text: string;
  readonly structured: unknown;
  readonly result: CallToolResult;
  /** The approval request that the call waits for, if it does: the same call again redeems the approval. */
  readonly pending: string | null;
} & Receipt;

export type McpCaller = {
  readonly client: Client;
  call(name: string, args: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<ToolAnswer>;
  close(): Promise<void>;
};

/** How long one call may take, hold included. */
const CALL_TIMEOUT_MS = 120_000;

/** Connects. Errors: throws the SDK's own error when the gateway refuses the token or the server is not there. */
export async function connectMcp(target: McpTarget): Promise<McpCaller> {
  const url = `${target.gateway}/mcp/${target.server}`;
  const receipts = receiptHeaders();
  const client = new Client(
    { name: target.credentials.clientId, version: '1.0.0' },
    { versionNegotiation: { mode: modeOf(target.era) } },
  );
  await client.connect(
    new StreamableHTTPClientTransport(new URL(url), {
      authProvider: { token: tokenSource(target.credentials, url) },
      fetch: receipts.fetch,
      ...(target.callToken === undefined
        ? {}
        : { requestInit: { headers: { 'Countersign-Call-Token': target.callToken } } }),
    }),
  );
  return {
    client,
    call: async (name, args, signal) => {
      const options = { timeout: CALL_TIMEOUT_MS, ...(signal === undefined ? {} : { signal }) };
      const result = await client.callTool({ name, arguments: { ...args } }, options);
      return { ...answerOf(result), ...receipts.last() };
    },
    close: () => client.close(),
  };
}

function answerOf(result: CallToolResult): Omit<ToolAnswer, keyof Receipt> {
  const text = result.content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
  const isError = result.isError === true;
  return {
    isError,
    text,
    structured: result.structuredContent,
    result,
    pending: isError ? pendingIn(result) : null,
  };
}

/** The approval request that a pending answer names in its `_meta`, or null if the answer is no pending one. */
export function pendingIn(result: CallToolResult): string | null {
  const refusal = result._meta?.['dev.countersign/refusal'] as Readonly<Record<string, unknown>> | undefined;
  const approval = refusal?.['reason'] === 'approval_pending' ? refusal['approvalId'] : null;
  return typeof approval === 'string' ? approval : null;
}

function modeOf(era: McpTarget['era'] = 'legacy') {
  return era === '2026-07-28' ? { pin: era } : era;
}
