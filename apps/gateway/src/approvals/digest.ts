// What "exactly this call" means for an approval (DESIGN section 8): a keyed digest over where the call goes, the
// definition of the tool as it stood, and all that is sent, less a closed list. Whatever is not on the list changes the
// digest, also what no standard knows. docs and approvals/testdata/call-digest.json let others compute it.
import { createHmac } from 'node:crypto';
import type { Operation, Revision } from '@countersign/audit';
import {
  canonicalText,
  isObject,
  type LexicalObject,
  type LexicalValue,
  parseLexical,
  withoutMembers,
} from '../protocols/json/canonical.ts';

export interface CallToDigest {
  /** Registry uid of the upstream. */
  readonly upstream: string;
  readonly operation: Operation;
  /** Name of the tool or prompt, URI of the resource, or name of the agent. */
  readonly target: string;
  /** Digest of the tool's definition; null for what is no tool. */
  readonly toolDigest: string | null;
  readonly revision: Revision;
  /** The exact text of `params`, strictly scanned; '' where the message has none. */
  readonly params: string;
}

const DOMAIN = 'countersign/call-digest/1';
const ABSENT = 0xffffffff;

// The whole list of what may differ between a call and its retry. Each is stripped or regenerated when the call is
// sent; the JSON-RPC id is not part of `params`.
const MCP_META = ['progressToken', 'traceparent', 'tracestate', 'baggage'];
const A2A_MESSAGE = ['messageId'];

/** HMAC-SHA-256 as 64 lowercase hex digits. Throws SyntaxError if `params` is not JSON. */
export function callDigest(key: Uint8Array, call: CallToDigest): string {
  const hmac = createHmac('sha256', key).update(DOMAIN);
  const params = call.params === '' ? null : digestedParams(call.revision, call.params);
  for (const field of [call.upstream, call.operation, call.target, call.toolDigest, params]) {
    const bytes = Buffer.from(field ?? '');
    const length = Buffer.alloc(4);
    length.writeUInt32BE(field === null ? ABSENT : bytes.length);
    hmac.update(length).update(bytes);
  }
  return hmac.digest('hex');
}

/** The canonical text of `params` less the closed list: what a digest covers, and what a reviewer is shown. */
export function digestedParams(revision: Revision, params: string): string {
  const value = parseLexical(params);
  return canonicalText(isObject(value) ? withoutListed(revision, value) : value);
}

function withoutListed(revision: Revision, params: LexicalObject): LexicalValue {
  switch (revision) {
    case '2024-11-05':
    case '2025-03-26':
    case '2025-06-18':
    case '2025-11-25':
    case '2026-07-28':
      return withMember(params, '_meta', MCP_META);
    case 'a2a-0.3':
    case 'a2a-1.0':
      return withMember(params, 'message', A2A_MESSAGE);
  }
}

// A member that the list leaves empty, and one that was empty, is the same as none: a retry may lack a progress token.
function withMember(params: LexicalObject, name: string, listed: readonly string[]): LexicalValue {
  const member = params[name];
  if (!isObject(member)) return params;
  const rest = withoutMembers(member, listed);
  if (isObject(rest) && Object.keys(rest).length === 0) return withoutMembers(params, [name]);
  return { ...params, [name]: rest };
}
