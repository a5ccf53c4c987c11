// The facts of what lists show, made once for each server as the registry has it: policy remembers what it said of an item by
// the very object that stands for it, and a list that is asked for again costs next to nothing.
import type { ListedFacts } from '@countersign/policy';
import { promptFacts, resourceFacts, templateFacts, toolFacts } from '../../pipeline/facts.ts';
import type { McpServer } from '../../registry/types.ts';

export type ItemFacts = (server: McpServer, name: string) => ListedFacts;

/** Names are the server's: beyond so many of one server's, what is remembered of it is dropped. */
const MAX_REMEMBERED = 20_000;
/** Nor is a longer one remembered: thousands of these would be all memory there is. */
const MAX_CHARACTERS = 2_048;

function remembering(factsOf: ItemFacts): ItemFacts {
  const known = new WeakMap<McpServer, Map<string, ListedFacts>>();
  return (server, name) => {
    if (name.length > MAX_CHARACTERS) return factsOf(server, name);
    let items = known.get(server);
    if (items === undefined || items.size >= MAX_REMEMBERED) {
      items = new Map();
      known.set(server, items);
    }
    const before = items.get(name);
    if (before !== undefined) return before;
    const facts = factsOf(server, name);
    items.set(name, facts);
    return facts;
  };
}

export const listedTool = remembering(toolFacts);
export const listedPrompt = remembering(promptFacts);
export const listedResource = remembering(resourceFacts);
export const listedTemplate = remembering(templateFacts);
