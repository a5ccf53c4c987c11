// Reads YAML whose shape is closed, with every complaint at its place in the text. Nothing in it is resolved, merged or
// repeated: an alias, an anchor, a tag of its own or a key twice is a mistake, and never becomes a value.

import { isMap, isPair, isScalar, isSeq, type Node, parseDocument, type Scalar, visit } from 'yaml';

/** Says what is wrong at an offset (UTF-16 units) of the text. */
export type Complain = (offset: number, message: string) => void;

/** The top node of a text; null where the text is empty or was complained of. */
export function readYaml(text: string, complain: Complain): Node | null {
  let document: ReturnType<typeof parseDocument>;
  try {
    // SECURITY: the parser compares each key with all before it; `membersOf` finds what stands twice in linear time.
    document = parseDocument(text, {
      prettyErrors: false,
      stringKeys: true,
      merge: false,
      uniqueKeys: false,
    });
  } catch {
    complain(0, 'it is nested too deeply to be read');
    return null;
  }
  // What a parser says after its first stumble is about its own confusion.
  const [fault] = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  if (fault !== undefined) {
    complain(fault.pos[0], `not valid YAML: ${firstLine(fault.message)}`);
    return null;
  }
  let isPlain = true;
  const refuse = (offset: number, message: string): void => {
    isPlain = false;
    complain(offset, message);
  };
  visit(document, {
    Alias: (_key, node) => refuse(offsetOf(node), 'aliases are not read here: write the value out'),
    Node: (_key, node) => {
      if ('anchor' in node && node.anchor !== undefined)
        refuse(offsetOf(node), 'anchors are not read here: write the value out where it is wanted');
      if ('tag' in node && node.tag !== undefined)
        refuse(offsetOf(node), 'tags are not read here: leave it out');
    },
  });
  return isPlain ? document.contents : null;
}

/** The members of a mapping that has no others than `names`; null, with a complaint, for anything else. */
export function membersOf(
  node: unknown,
  what: string,
  names: readonly string[],
  complain: Complain,
): ReadonlyMap<string, Node> | null {
  if (!isMap(node)) {
    complain(offsetOf(node), `${what} is a mapping with ${list(names)}`);
    return null;
  }
  const members = new Map<string, Node>();
  for (const pair of node.items) {
    if (!isPair(pair) || !isScalar(pair.key)) continue;
    const name = String(pair.key.value);
    if (!names.includes(name)) {
      complain(offsetOf(pair.key), `${what} has no \`${name}\`; it has ${list(names)}`);
    } else if (members.has(name)) {
      complain(offsetOf(pair.key), `\`${name}\` stands twice; take one away`);
    } else members.set(name, (pair.value ?? pair.key) as Node);
  }
  return members;
}

/** The items of a list; null, with a complaint, for anything else. */
export function itemsOf(node: unknown, what: string, complain: Complain): readonly Node[] | null {
  if (isSeq(node)) return node.items as Node[];
  complain(offsetOf(node), `${what} is a list`);
  return null;
}

/** A text; null, with a complaint, for anything else. */
export function textOf(node: unknown, what: string, complain: Complain): string | null {
  if (isScalar(node) && typeof node.value === 'string') return node.value;
  complain(offsetOf(node), `${what} is a text`);
  return null;
}

/** Whether a node is the scalar with exactly this value. */
export function isValue(node: unknown, value: unknown): node is Scalar {
  return isScalar(node) && node.value === value;
}

export function offsetOf(node: unknown): number {
  return (node as Partial<Node> | null)?.range?.[0] ?? 0;
}

function list(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}

/** What the parser says, as our own messages begin. */
export function firstLine(message: string): string {
  const line = message.split('\n', 1)[0] ?? message;
  return line.charAt(0).toLowerCase() + line.slice(1);
}
