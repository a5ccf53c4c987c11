// Starts each example A2A agent as a process of its own.
import { type RunningProcess, startProcess } from '../process.ts';
import type { AgentVersions } from './serve-agent.ts';

/** Starts the agent that answers as it is told to; `url` is the base address of its card. */
export function startFixtureAgent(versions: AgentVersions = '1.0'): Promise<RunningProcess> {
  return startProcess({ script: new URL('./fixture.ts', import.meta.url), args: ['--versions', versions] });
}

export type SupportOptions = {
  readonly gateway: string;
  readonly tokenEndpoint: string;
  /** The OAuth client that this agent is; default `customer-support`. */
  readonly clientId?: string;
};

/** Starts the customer-support agent, which calls the MCP server `crm` through the gateway. */
export function startSupportAgent(options: SupportOptions): Promise<RunningProcess> {
  return startProcess({
    script: new URL('./support.ts', import.meta.url),
    args: [
      '--gateway',
      options.gateway,
      '--token-endpoint',
      options.tokenEndpoint,
      '--client-id',
      options.clientId ?? 'customer-support',
    ],
  });
}
