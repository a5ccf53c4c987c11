// A part of a JSON text without some of its values: marks stand in their places, and wherever else the part repeats one of
// them. Every other character stays as it was. Pure.
import type { JsonNode } from './json-tree.ts';
import type { Secrets } from './secrets.ts';

export interface Marks {
  /** JSON text that takes the place of a value. */
  readonly value: (node: JsonNode) => string;
  /** What takes the place of a value within a string. */
  readonly inString: string;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The text of `part`, a node of `text`.
 *
 * @param chosen the values to take out; none of them within another.
 * @param secrets what must not be found in what stays.
 * @returns null where a member's name repeats a value: a name cannot be taken out.
 */
export function rewrite(
  text: string,
  part: JsonNode,
  chosen: ReadonlySet<JsonNode>,
  secrets: Secrets,
  marks: Marks,
): string | null {
  const edits: Edit[] = [];
  const visit = (node: JsonNode): boolean => {
    if (chosen.has(node)) {
      edits.push({ start: node.start, end: node.end, text: marks.value(node) });
      return true;
    }
    switch (node.kind) {
      case 'object':
        return node.members.every(({ name, value }) => !secrets.occursInName(name) && visit(value));
      case 'array':
        return node.items.every(visit);
      case 'string':
        if (secrets.occursIn(node.value)) {
          const cleaned = JSON.stringify(secrets.without(node.value, marks.inString));
          edits.push({ start: node.start, end: node.end, text: cleaned });
        }
        return true;
      case 'number':
        if (secrets.occursIn(node.lexeme))
          edits.push({ start: node.start, end: node.end, text: marks.value(node) });
        return true;
      case 'literal':
        return true;
      default:
        return node satisfies never;
    }
  };
  return visit(part) ? splice(text, part, edits) : null;
}

/** The edits come in the order of the text. */
function splice(text: string, { start, end }: JsonNode, edits: readonly Edit[]): string {
  let out = '';
  let from = start;
  for (const edit of edits) {
    out += text.slice(from, edit.start) + edit.text;
    from = edit.end;
  }
  return out + text.slice(from, end);
}
