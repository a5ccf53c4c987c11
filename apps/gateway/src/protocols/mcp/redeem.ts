// What a grant does not cover, an agent could change between the approval and the retry. Those members (approvals/
// digest.ts has the closed list) are therefore taken out of an approved call, or replaced by the gateway's own, so that
// exactly what the reviewer saw is sent (DESIGN section 8).
import type { ClearedCall, InboundCall } from '../../pipeline/types.ts';
import { rawBody } from '../http.ts';
import { scan } from '../json/scan.ts';
import { compileShape } from '../json/shape.ts';
import { editMembers, splice } from '../json/splice.ts';

const SHAPE = compileShape({ 'params._meta': {} });

/** The call as it is sent: the same bytes, unless an approval let it through. */
export function redeemed(call: ClearedCall): ClearedCall {
  if (call.approval === null) return call;
  const { bytes } = call.outbound;
  const scanned = scan(bytes, SHAPE, { maxBytes: bytes.byteLength });
  const meta = scanned.ok ? scanned.value.containers.get('params._meta') : undefined;
  if (meta === undefined) return call;
  const changes = new Map<string, string | null>([
    ['traceparent', null],
    ['tracestate', null],
    ['baggage', null],
  ]);
  // Progress must still find its way back: it comes under the gateway's own token, and leaves under the client's.
  if (meta.members.has('progressToken')) changes.set('progressToken', JSON.stringify(call.id));
  return { ...call, outbound: rawBody(splice(bytes, editMembers(meta, changes))) };
}

/** The client's own token, where progress under the gateway's is to be told to it. */
export function clientProgressToken(call: InboundCall): string | number | undefined {
  const meta = call.message?.params['_meta'] as Readonly<Record<string, unknown>> | undefined;
  const token = meta?.['progressToken'];
  return typeof token === 'string' || typeof token === 'number' ? token : undefined;
}
