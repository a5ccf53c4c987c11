// Whether something may be used as its server defines it now, and how policy types a tool's arguments. Pure.
import type { ToolDefinition } from '@countersign/policy';
import type { ToolPinning } from '../registry/types.ts';
import type { CatalogTool, Definition, ItemKind } from '../upstreams/definitions.ts';
import type { Pin, ServerPins, Standing } from './types.ts';

export function standingOf(pinning: ToolPinning, pins: ServerPins, item: Definition): Standing {
  if (pinning === 'off') return pins.isUnrecorded(item) ? 'changed' : 'accepted';
  const pin = pins.get(item.kind, item.name);
  if (pin === undefined) return 'new';
  return pin.digest === item.digest ? 'accepted' : 'changed';
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
    const pin = pins.get('tool', tool.name);
    switch (standingOf(pinning, pins, tool)) {
      case 'accepted':
        return [tool];
      case 'changed':
        return pin === undefined ? [] : [{ name: tool.name, inputSchema: inputSchemaIn(pin) }];
      case 'new':
        return [];
    }
  });
}

/** Whoever defines a thing anew defines what models do with it: a person looks first (threat-model.md). */
export function heldBack(standing: Exclude<Standing, 'accepted'>, kind: ItemKind, name: string): string {
  return standing === 'new'
    ? `nobody has accepted the definition of the ${kind} \`${name}\` yet`
    : `the definition of the ${kind} \`${name}\` changed since it was last accepted`;
}

function inputSchemaIn({ definition }: Pin): unknown {
  return (JSON.parse(definition) as { readonly inputSchema?: unknown }).inputSchema;
}
