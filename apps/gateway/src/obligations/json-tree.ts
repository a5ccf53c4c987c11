// A JSON text with the place of every value in it, so that single values can be replaced and every other character stays
// as it was. Only of text that the strict scanner takes: what two readers could see differently cannot be shown to be
// without a value. Pure; offsets count UTF-16 units.
import { scan } from '../protocols/json/scan.ts';

interface Place {
  readonly start: number;
  readonly end: number;
}

export interface JsonMember {
  readonly name: string;
  readonly value: JsonNode;
}

export type JsonNode =
  | (Place & { readonly kind: 'object'; readonly members: readonly JsonMember[] })
  | (Place & { readonly kind: 'array'; readonly items: readonly JsonNode[] })
  | (Place & { readonly kind: 'string'; readonly value: string })
  | (Place & { readonly kind: 'number'; readonly lexeme: string })
  | (Place & { readonly kind: 'literal'; readonly value: boolean | null });

/** Deeper text is not read: the walk over it is recursive. */
const MAX_DEPTH = 200;
const MAX_PARTS = 1_000_000;

/** Null for what is not exactly one JSON value, and for whatever the strict scan refuses. */
export function readTree(text: string): JsonNode | null {
  // The scanner takes objects only; as a member, any value passes through it.
  const scanned = scan(Buffer.from(`{"":${text}}`), undefined, {
    maxBytes: Number.MAX_SAFE_INTEGER,
    maxDepth: MAX_DEPTH,
    maxKeys: MAX_PARTS,
    maxItems: MAX_PARTS,
  });
  if (!scanned.ok || Object.keys(scanned.value.value).length !== 1) return null;
  return nodeAt(text, skipSpace(text, 0));
}

export function memberOf(node: JsonNode | undefined, name: string): JsonNode | undefined {
  return node?.kind === 'object' ? node.members.find((member) => member.name === name)?.value : undefined;
}

export function itemsOf(node: JsonNode | undefined): readonly JsonNode[] {
  return node?.kind === 'array' ? node.items : [];
}

export function stringOf(node: JsonNode | undefined): string | undefined {
  return node?.kind === 'string' ? node.value : undefined;
}

// The text has passed the scan: from here on its grammar is known to hold.
function nodeAt(text: string, start: number): JsonNode {
  switch (text[start]) {
    case '{':
      return objectAt(text, start);
    case '[':
      return arrayAt(text, start);
    case '"': {
      const end = endOfString(text, start);
      return { kind: 'string', start, end, value: JSON.parse(text.slice(start, end)) as string };
    }
    case 't':
      return { kind: 'literal', start, end: start + 4, value: true };
    case 'f':
      return { kind: 'literal', start, end: start + 5, value: false };
    case 'n':
      return { kind: 'literal', start, end: start + 4, value: null };
    default: {
      const end = endOfNumber(text, start);
      return { kind: 'number', start, end, lexeme: text.slice(start, end) };
    }
  }
}

function objectAt(text: string, start: number): JsonNode {
  const members: JsonMember[] = [];
  let at = skipSpace(text, start + 1);
  while (text[at] !== '}') {
    if (text[at] === ',') at = skipSpace(text, at + 1);
    const nameEnd = endOfString(text, at);
    const name = JSON.parse(text.slice(at, nameEnd)) as string;
    const value = nodeAt(text, skipSpace(text, skipSpace(text, nameEnd) + 1));
    members.push({ name, value });
    at = skipSpace(text, value.end);
  }
  return { kind: 'object', start, end: at + 1, members };
}

function arrayAt(text: string, start: number): JsonNode {
  const items: JsonNode[] = [];
  let at = skipSpace(text, start + 1);
  while (text[at] !== ']') {
    if (text[at] === ',') at = skipSpace(text, at + 1);
    const item = nodeAt(text, at);
    items.push(item);
    at = skipSpace(text, item.end);
  }
  return { kind: 'array', start, end: at + 1, items };
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

const NUMBER = /[-+.\dEe]+/y;

function endOfNumber(text: string, start: number): number {
  NUMBER.lastIndex = start;
  NUMBER.exec(text);
  return NUMBER.lastIndex;
}

const SPACE = /[ \t\r\n]*/y;

function skipSpace(text: string, start: number): number {
  SPACE.lastIndex = start;
  SPACE.exec(text);
  return SPACE.lastIndex;
}
