// Every text that stands in a JSON text: strings, names of members, numbers as they are written, and what strings hold that are
// JSON, or text in base64.
import { type JsonNode, readTree } from '../obligations/json-tree.ts';

/** JSON, or base64, within strings within JSON, so deep: what goes deeper nobody looks through. */
const MAX_NESTING = 4;

/**
 * @param json what is no JSON is one text, as it is.
 * @returns null for JSON that two readers could read differently: nobody can say what stands in it.
 */
export function textsIn(json: string): readonly string[] | null {
  const texts: string[] = [];
  /** Two readers could read some of it differently, or it goes too deep. */
  let isUnclear = false;

  /** What a string holds that is more than a string. */
  const visitInner = (text: string, nesting: number): void => {
    const inner = /^\s*[[{"]/.test(text) ? readTree(text) : null;
    if (inner === null && /^\s*[[{"]/.test(text) && isJson(text)) isUnclear = true;
    const decoded = textOfBase64(text);
    if (inner === null && decoded === null) return;
    if (nesting >= MAX_NESTING) {
      isUnclear = true;
      return;
    }
    if (inner !== null) visit(inner, nesting + 1);
    if (decoded === null) return;
    texts.push(decoded);
    visitInner(decoded, nesting + 1);
  };

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
        visitInner(node.value, nesting);
        return;
      }
      case 'number':
        texts.push(node.lexeme);
        return;
      case 'literal':
    }
  };

  const tree = readTree(json);
  if (tree === null && isJson(json)) return null;
  if (tree === null) {
    texts.push(json);
    visitInner(json, 0);
  } else visit(tree, 0);
  return isUnclear ? null : texts;
}

/** A shorter one says too little to be told from a word. */
const MIN_BASE64 = 16;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/** What a string says that is text in base64 as a whole, of either alphabet, in lines or in a `data:` URI; null for all else. */
function textOfBase64(text: string): string | null {
  const said = text.replace(/^data:[^,]{0,256};base64,/i, '').replaceAll(/[ \t\r\n]/g, '');
  if (said.length < MIN_BASE64 || !BASE64.test(said)) return null;
  try {
    const decoded = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(said, 'base64'));
    return /\p{Cc}/u.test(decoded.replaceAll(/\s/g, '')) ? null : decoded;
  } catch {
    return null;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
