// Every text that stands in a JSON text: strings, names of members, numbers as they are written, and JSON within strings.
import { type JsonNode, readTree } from '../obligations/json-tree.ts';

/** JSON within strings within JSON, so deep. */
const MAX_NESTING = 4;

/**
 * @param json what is no JSON is one text, as it is.
 * @returns null for JSON that two readers could read differently: nobody can say what stands in it.
 */
export function textsIn(json: string): readonly string[] | null {
  const texts: string[] = [];

  const visit = (node: JsonNode, nesting: number): void => {
    switch (node.kind) {
      case 'object':
        for (const { name, value } of node.members) {
          texts.push(name);
          visit(value, nesting);
        }
        return;
      case 'array':
        for (const item of node.items) visit(item, nesting);
        return;
      case 'string': {
        texts.push(node.value);
        const inner = nesting < MAX_NESTING && /^\s*[[{"]/.test(node.value) ? readTree(node.value) : null;
        if (inner !== null) visit(inner, nesting + 1);
        return;
      }
      case 'number':
        texts.push(node.lexeme);
        return;
      case 'literal':
    }
  };

  const tree = readTree(json);
  if (tree === null) return isJson(json) ? null : [json];
  visit(tree, 0);
  return texts;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
