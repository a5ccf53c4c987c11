// What stands in the place of a value that is not stored, not returned, or shown to reviewers only as its outline.
// docs/adr/0010 says why these.
import { createHmac } from 'node:crypto';
import { REDACTED } from '@countersign/policy';
import { canonicalText, parseLexical } from '../protocols/json/canonical.ts';
import type { JsonNode } from './json-tree.ts';
import type { Marks } from './rewrite.ts';

const REDACTED_TEXT = '[redacted]';
const MASKED_TEXT = '[masked]';

/** Nothing of the value stays, not even its length. */
export const STORED: Marks = { value: () => JSON.stringify(REDACTED), inString: REDACTED_TEXT };

/** A string, whatever it stands for: never a number that somebody could reckon with. */
export const RETURNED: Marks = { value: () => JSON.stringify(MASKED_TEXT), inString: MASKED_TEXT };

/** In the place of a part of a result of which it cannot be shown that it tells nothing that is masked. */
export const WITHHELD_PART =
  '[withheld by the gateway (mask_failed): nothing shows that this part repeats none of what is masked]';

/**
 * What a reviewer sees: type, length, and a keyed digest, so that the same value can be known again (from an earlier
 * request, or by somebody who may ask the gateway) and no value can be guessed from the record alone.
 */
export function outlined(text: string, key: Uint8Array): Marks {
  return {
    value: (node) => JSON.stringify({ ...REDACTED, ...outlineOf(node), hmac: digestOf(text, node, key) }),
    inString: REDACTED_TEXT,
  };
}

function outlineOf(node: JsonNode): { readonly type: string; readonly length?: number } {
  switch (node.kind) {
    case 'object':
      return { type: 'object', length: node.members.length };
    case 'array':
      return { type: 'array', length: node.items.length };
    case 'string':
      return { type: 'string', length: node.value.length };
    case 'number':
      return { type: 'number' };
    case 'literal':
      return { type: node.value === null ? 'null' : 'boolean' };
  }
}

const DOMAIN = 'countersign/redacted-value/1';

/** HMAC-SHA-256 over the domain, a zero byte and the value's canonical text; its first 128 bits in hex. */
function digestOf(text: string, { start, end }: JsonNode, key: Uint8Array): string {
  const canonical = canonicalText(parseLexical(text.slice(start, end)));
  return createHmac('sha256', key).update(`${DOMAIN}\0${canonical}`).digest('hex').slice(0, 32);
}
