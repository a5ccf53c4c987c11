// One answer, told without what is masked. Its structured forms are looked through first, all of them; then each part is
// told without what was found in any. A part that has no structure (prose, a file) cannot be shown to repeat none of it,
// and is replaced by a note (DESIGN section 6; docs/adr/0010).
import type { ObligationPath } from '@countersign/policy';
import { type JsonNode, stringOf } from './json-tree.ts';
import { RETURNED, WITHHELD_PART } from './marks.ts';
import { readStructure } from './request.ts';
import { rewrite } from './rewrite.ts';
import type { Secrets } from './secrets.ts';
import { select } from './select.ts';

/** Why an answer cannot be told at all. */
export class Untellable extends Error {}

export interface Telling {
  /** JSON text of a structured form that was named when the telling was begun. Throws Untellable. */
  form(node: JsonNode): string;
  /** JSON string of a text whose content is JSON; null for prose. Throws Untellable. */
  text(node: JsonNode): string | null;
  /** An id, address, state or flag as it stands; undefined where there is none. Throws Untellable. */
  plain(node: JsonNode | undefined): string | undefined;
  /** JSON string of the note that stands in the place of a part. */
  note(): string;
  /** How many notes there are. */
  readonly notes: () => number;
  /** What must not be told, for the answers that follow. */
  readonly secrets: Secrets;
}

/**
 * @param source the text that all nodes are of.
 * @param forms its structured forms: JSON, and strings that may hold JSON.
 * @param known what earlier parts of the same answer had masked.
 */
export function beginTelling(
  source: string,
  forms: readonly JsonNode[],
  paths: readonly ObligationPath[],
  known: Secrets,
): Telling {
  const found = new Map<JsonNode, Form>();
  for (const node of forms) {
    const form = formOf(source, node, paths);
    if (form !== null) found.set(node, form);
  }
  const secrets = known.and([...found.values()].flatMap(({ chosen }) => chosen));
  let notes = 0;

  function tell(node: JsonNode): string | null {
    const form = found.get(node);
    if (form === undefined) return null;
    const told = rewrite(form.text, form.tree, new Set(form.chosen), secrets, RETURNED);
    if (told === null) throw new Untellable('the name of a member repeats what is masked');
    return told;
  }

  return {
    secrets,
    form(node) {
      const told = tell(node);
      if (told === null) throw new Error('a form was to be told that nobody looked through');
      return told;
    },
    text(node) {
      const told = tell(node);
      return told === null ? null : JSON.stringify(told);
    },
    plain(node) {
      if (node === undefined) return undefined;
      const text = source.slice(node.start, node.end);
      const isStructured = node.kind === 'object' || node.kind === 'array';
      if (isStructured || secrets.occursIn(stringOf(node) ?? text))
        throw new Untellable('an id or an address repeats what is masked');
      return text;
    },
    note() {
      notes += 1;
      return JSON.stringify(WITHHELD_PART);
    },
    notes: () => notes,
  };
}

/** JSON text of an object with those members that are there. */
export function objectText(members: Readonly<Record<string, string | undefined>>): string {
  const present = Object.entries(members).filter(([, text]) => text !== undefined);
  return `{${present.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`;
}

interface Form {
  readonly text: string;
  readonly tree: JsonNode;
  readonly chosen: readonly JsonNode[];
}

function formOf(source: string, node: JsonNode, paths: readonly ObligationPath[]): Form | null {
  const inner = stringOf(node);
  if (inner === undefined) return { text: source, tree: node, chosen: select(node, paths) };
  const tree = readStructure(inner);
  return tree === null ? null : { text: inner, tree, chosen: select(tree, paths) };
}
