// What there is behind the gateway to make calls on, as policy sees each of it: the other half of every question about what
// an agent may do.
import type { TargetFacts } from '@countersign/policy';
import { agentFacts } from '../pipeline/facts.ts';
import { listedPrompt, listedResource, listedTool } from '../protocols/mcp/list-items.ts';
import type { McpServer, RegistrySnapshot, Upstream } from '../registry/types.ts';
import type { Definition } from '../upstreams/definitions.ts';

/** What a server lists, with whether it may be used as it is defined now. */
export type Items = (
  server: McpServer,
) => readonly { readonly item: Definition; readonly isAccepted: boolean }[];

export const OPERATIONS = {
  tool: 'mcp:tools/call',
  prompt: 'mcp:prompts/get',
  resource: 'mcp:resources/read',
  agent: 'a2a:message/send',
} as const;

export interface Target {
  readonly kind: keyof typeof OPERATIONS;
  readonly name: string;
  readonly facts: TargetFacts;
  readonly isAccepted: boolean;
}

export function upstreamsIn(
  { servers, a2a }: RegistrySnapshot,
  only: readonly string[] | undefined,
): Upstream[] {
  return [...servers.values(), ...a2a.values()]
    .filter(({ name }) => only === undefined || only.includes(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function targetsOf(upstream: Upstream, items: Items): readonly Target[] {
  if (upstream.kind === 'a2a') {
    const { redact, mask } = upstream;
    const facts = { ...agentFacts(upstream.agent, 'unproven'), redact, mask };
    return [{ kind: 'agent', name: upstream.name, facts, isAccepted: true }];
  }
  return items(upstream).flatMap(({ item: { kind, name }, isAccepted }): readonly Target[] => {
    if (kind !== 'tool' && kind !== 'prompt' && kind !== 'resource') return [];
    const listed = { tool: listedTool, prompt: listedPrompt, resource: listedResource }[kind](upstream, name);
    return listed.kind === 'template' ? [] : [{ kind, name, facts: listed, isAccepted }];
  });
}
