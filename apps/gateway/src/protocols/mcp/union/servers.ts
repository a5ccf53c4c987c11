// Which servers a caller is let to at the endpoint for all: those of which some call could be permitted. Nobody is told the
// names of the others, and they are not asked on behalf of one who may not call them.
import type { ListedFacts } from '@countersign/policy';
import { callFacts, holdersOf, listFacts, templateFacts } from '../../../pipeline/facts.ts';
import type { AuthenticatedCall } from '../../../pipeline/types.ts';
import type { McpServer } from '../../../registry/types.ts';
import { listedPrompt, listedTool } from '../list-items.ts';
import { hasOwnPrefix } from './names.ts';
import type { UnionDeps } from './types.ts';

/** By name. */
export async function serversFor(caller: AuthenticatedCall, deps: UnionDeps): Promise<readonly McpServer[]> {
  const all = [...caller.registry.servers.values()].filter(({ name }) => hasOwnPrefix(name));
  const isUsable = await Promise.all(all.map((server) => couldUse(caller, server, deps)));
  return all.filter((_, at) => isUsable[at]).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

async function couldUse(
  caller: AuthenticatedCall,
  server: McpServer,
  { mcp: { visibility }, catalog }: UnionDeps,
): Promise<boolean> {
  const { agent } = caller.caller;
  if (agent === null) return false;
  const now = visibility.now();
  const exposure = await visibility.exposure(holdersOf(caller), now);
  const facts = callFacts({ ...caller, upstream: server, target: { kind: 'server' } }, agent, {
    exposure,
    now,
  });
  const some = async (
    operation: 'mcp:tools/call' | 'mcp:resources/read' | 'mcp:prompts/get',
    items: readonly ListedFacts[],
  ) => items.length > 0 && (await visibility.couldPermit(listFacts(facts, operation), items)).includes(true);
  const { tools = [], prompts = [] } = catalog(server.uid) ?? {};
  return (
    (await some(
      'mcp:tools/call',
      tools.map(({ name }) => listedTool(server, name)),
    )) ||
    (await some('mcp:resources/read', [templateFacts(server, ANY_URI)])) ||
    (await some(
      'mcp:prompts/get',
      prompts.map(({ name }) => listedPrompt(server, name)),
    ))
  );
}

/** RFC 6570: expands to every text. */
const ANY_URI = '{+uri}';
