// What was taken out of one place must not stand in another: finds the same values again in texts, and takes them out
// there too. Pure.
import type { JsonNode } from './json-tree.ts';

/** Shorter values are in every other text: to look for them would say nothing, and to cut them out would leave nothing. */
const MIN_LENGTH = 4;
/** A member's name is cut out by nobody: where it holds a value this long, its text cannot be told. */
const MIN_NAME_LENGTH = 6;

export interface Secrets {
  readonly isEmpty: boolean;
  occursIn(text: string): boolean;
  /** Whether a member's name gives one away. */
  occursInName(name: string): boolean;
  /** The text with a mark in the place of each. */
  without(text: string, mark: string): string;
  /** These and more. */
  and(nodes: readonly JsonNode[]): Secrets;
  andTexts(texts: readonly string[]): Secrets;
}

/** All strings and numbers in these values, those that stand deeper included. */
export function secretsIn(nodes: readonly JsonNode[]): Secrets {
  return secretsOf(new Set(), nodes);
}

export const NO_SECRETS: Secrets = secretsOf(new Set(), []);

function secretsOf(known: ReadonlySet<string>, nodes: readonly JsonNode[]): Secrets {
  const values = new Set(known);
  for (const node of nodes) collect(node, values);
  // The longest first: a part must not be cut out of a whole.
  const ordered = [...values].sort((a, b) => b.length - a.length);
  return {
    isEmpty: ordered.length === 0,
    occursIn: (text) => ordered.some((value) => text.includes(value)),
    occursInName: (name) => ordered.some((value) => value.length >= MIN_NAME_LENGTH && name.includes(value)),
    without: (text, mark) => ordered.reduce((rest, value) => rest.replaceAll(value, () => mark), text),
    and: (more) => secretsOf(values, more),
    andTexts: (texts) =>
      texts.length === 0
        ? secretsOf(values, [])
        : secretsOf(new Set([...values, ...texts.flatMap(formsOf)]), []),
  };
}

function collect(node: JsonNode, values: Set<string>): void {
  switch (node.kind) {
    case 'object':
      for (const { value } of node.members) collect(value, values);
      return;
    case 'array':
      for (const item of node.items) collect(item, values);
      return;
    case 'string': {
      const text = node.value.trim();
      for (const form of formsOf(text)) if (form.length >= MIN_LENGTH) values.add(form);
      return;
    }
    case 'number':
      for (const form of [node.lexeme, String(Number(node.lexeme))]) {
        if (form.replaceAll(/\D/g, '').length >= MIN_LENGTH) values.add(form);
      }
      return;
    case 'literal':
  }
}

/** As it stands, and as it stands in JSON that is itself a string. */
const formsOf = (text: string): readonly string[] => [text, JSON.stringify(text).slice(1, -1)];
