// What a server lists, for tests: definitions as objects, read as the gateway's own client reads them.
import { ok, type Result } from '../../errors.ts';
import { assembleCatalog, type ServerCatalog } from '../../upstreams/catalog.ts';
import { digestOf } from '../../upstreams/definitions.ts';

export interface ListedTool {
  readonly name: string;
  readonly description?: string;
  readonly inputSchema?: object;
}

export const definitionOf = (tool: ListedTool): string =>
  JSON.stringify({ inputSchema: { type: 'object' }, ...tool });

export function catalogOf(tools: readonly ListedTool[]): ServerCatalog {
  const read = tools.map((tool) => {
    const definition = definitionOf(tool);
    const value = JSON.parse(definition) as { inputSchema: Record<string, never> };
    return {
      kind: 'tool',
      name: tool.name,
      definition,
      digest: digestOf('tool', definition),
      value,
    } as const;
  });
  return assembleCatalog('2025-11-25', new Map([['tool', read]]), [], 7);
}

export const listing = (...tools: readonly ListedTool[]): Result<ServerCatalog> => ok(catalogOf(tools));
