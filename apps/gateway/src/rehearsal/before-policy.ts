// What the gateway refuses by itself, before policy is asked, for a made-up call as `pipeline/authorize.ts` does for real
// ones. Pure, but for the argument checker's own memory.
import type { Reason } from '@countersign/audit';
import { ok, type Result } from '../errors.ts';
import { heldBack } from '../pins/standing.ts';
import type { Standing } from '../pins/types.ts';
import type { McpServer, RegistrySnapshot } from '../registry/types.ts';
import type { CatalogTool } from '../upstreams/definitions.ts';
import type { SimulatedRequest } from './request.ts';

/** What is known of the tools that servers list. */
export interface KnownTools {
  tool(upstream: McpServer['uid'], name: string): CatalogTool | undefined;
  standing(server: McpServer, tool: CatalogTool): Standing;
  checkArguments(tool: CatalogTool, args: unknown): string | null;
}

export interface Refused {
  readonly reason: Reason;
  readonly message: string;
}

/**
 * Null where policy would be asked. A tool that its server does not list is an error: nothing can be said of it.
 * @param request one that has facts: its names are registered, its input is a JSON object.
 */
export function refusedBefore(
  request: SimulatedRequest,
  registry: RegistrySnapshot,
  tools: KnownTools,
): Result<Refused | null, string> {
  const status = registry.agents.get(request.agent)?.status ?? 'active';
  const unfit = unfitTool(request, registry, tools);
  if (!unfit.ok) return unfit;
  return ok(status === 'active' ? unfit.value : { reason: 'quarantined', message: `the agent is ${status}` });
}

function unfitTool(
  { tool: id, input }: SimulatedRequest,
  registry: RegistrySnapshot,
  tools: KnownTools,
): Result<Refused | null, string> {
  const slash = id?.indexOf('/') ?? -1;
  const server = registry.servers.get(id?.slice(0, Math.max(0, slash)) ?? '');
  if (id === undefined || server === undefined) return ok(null);
  const name = id.slice(slash + 1);
  const tool = tools.tool(server.uid, name);
  if (tool === undefined) {
    const error = `server \`${server.name}\` lists no tool \`${name}\`; see \`countersign tools list\``;
    return { ok: false, error };
  }
  const standing = tools.standing(server, tool);
  if (standing !== 'accepted')
    return ok({ reason: 'definition_not_accepted', message: heldBack(standing, 'tool', name) });
  const args: unknown = typeof input === 'string' ? JSON.parse(input) : (input ?? {});
  const fault = tools.checkArguments(tool, args);
  return ok(fault === null ? null : { reason: 'invalid_arguments', message: fault });
}
