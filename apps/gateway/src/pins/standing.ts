// Whether a tool may be used as its server defines it now, and how policy types its arguments. Pure.
import type { ToolDefinition } from '@countersign/policy';
import type { ToolPinning } from '../registry/types.ts';
import type { CatalogTool } from '../upstreams/definitions.ts';
import type { Pin, ServerPins, Standing } from './types.ts';

export function standingOf(pinning: ToolPinning, pin: Pin | undefined, digest: string): Standing {
  if (pinning === 'off') return 'accepted';
  if (pin === undefined) return 'new';
  return pin.digest === digest ? 'accepted' : 'changed';
}

/**
 * The tools that policies may speak of, each typed by the definition that was accepted, never by one that waits: a
 * server must not be able to break a policy, or to retype what it reads, by changing a definition.
 */
export function toolsForPolicy(
  pinning: ToolPinning,
  listed: readonly CatalogTool[],
  pins: ServerPins,
): readonly ToolDefinition[] {
  return listed.flatMap((tool): readonly ToolDefinition[] => {
    const pin = pins.get(tool.name);
    switch (standingOf(pinning, pin, tool.digest)) {
      case 'accepted':
        return [tool];
      case 'changed':
        return pin === undefined ? [] : [{ name: tool.name, inputSchema: inputSchemaIn(pin) }];
      case 'new':
        return [];
    }
  });
}

/** Whoever defines a tool anew defines what models do with it: a person looks first (threat-model.md). */
export function heldBack(standing: Exclude<Standing, 'accepted'>, tool: string): string {
  return standing === 'new'
    ? `nobody has accepted the definition of the tool \`${tool}\` yet`
    : `the definition of the tool \`${tool}\` changed since it was last accepted`;
}

function inputSchemaIn({ definition }: Pin): unknown {
  return (JSON.parse(definition) as { readonly inputSchema?: unknown }).inputSchema;
}
