// What a grant does not cover, an agent could change between the approval and the retry. Those members (approvals/
// digest.ts has the closed list) are therefore taken out of an approved call, or replaced by the gateway's own, so that
// exactly what the reviewer saw is sent (DESIGN section 8).
import type { ClearedCall, InboundCall } from '../../pipeline/types.ts';
import { withoutUndeclared } from '../../upstreams/param-headers.ts';
import { rawBody } from '../http.ts';
import { scan } from '../json/scan.ts';
import { compileShape } from '../json/shape.ts';
import { editMembers, splice } from '../json/splice.ts';
import type { JsonObject } from '../json/types.ts';

const SHAPE = compileShape({ 'params._meta': {} });

/** Whatever the operator's limits are: the call was within them. */
const UNLIMITED = { maxBytes: 1e9, maxDepth: 1e6, maxKeys: 1e8, maxItems: 1e8 };

/**
 * The call as it is sent: the same bytes, unless an approval let it through.
 *
 * @param schema of the tool's arguments; null for what is no tool.
 */
export function redeemed(call: ClearedCall, schema: JsonObject | null): ClearedCall {
  if (call.approval === null) return call;
  const headers = withoutUndeclared(call.http.headers, schema);
  return { ...call, http: { ...call.http, headers }, outbound: rawBody(withoutUncovered(call)) };
}

function withoutUncovered(call: ClearedCall): Uint8Array {
  const { bytes } = call.outbound;
  const scanned = scan(bytes, SHAPE, UNLIMITED);
  if (!scanned.ok) throw new Error(`an approved call cannot be read again: ${scanned.error.message}`);
  const meta = scanned.value.containers.get('params._meta');
  if (meta === undefined) return bytes;
  const changes = new Map<string, string | null>([
    ['traceparent', null],
    ['tracestate', null],
    ['baggage', null],
  ]);
  // Progress must still find its way back: it comes under the gateway's own token, and leaves under the client's.
  if (meta.members.has('progressToken')) changes.set('progressToken', JSON.stringify(call.id));
  return splice(bytes, editMembers(meta, changes));
}

/** The client's own token, where progress under the gateway's is to be told to it. */
export function clientProgressToken(call: InboundCall): string | number | undefined {
  const meta = call.message?.params['_meta'] as Readonly<Record<string, unknown>> | undefined;
  const token = meta?.['progressToken'];
  return typeof token === 'string' || typeof token === 'number' ? token : undefined;
}
