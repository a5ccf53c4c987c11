// The versions of A2A that are relayed, and which of them a request or a stored call is in.
import type { Revision } from '@countersign/audit';
import type { JsonValue } from '../../json/types.ts';
import type { A2aRevision, Dialect, Payload } from './types.ts';
import { A2A_0_3 } from './v0-3.ts';
import { A2A_1_0 } from './v1.ts';

export const DIALECTS: Readonly<Record<A2aRevision, Dialect>> = { 'a2a-1.0': A2A_1_0, 'a2a-0.3': A2A_0_3 };

/** The version that a call to an agent is made in. */
export function dialectOf({ revision }: { readonly revision: Revision }): Dialect {
  return revision === 'a2a-0.3' ? A2A_0_3 : A2A_1_0;
}

/** Where a result stands whole in a JSON-RPC answer. */
export function pathOf(dialect: Dialect, payload: Payload): string {
  return dialect.wrapped === null ? 'result' : `result.${dialect.wrapped[payload]}`;
}

/** A `kind` as it stands in an object of the gateway's own; nothing where objects say none. */
export function ofKind(
  { kinds }: Dialect,
  kind: keyof NonNullable<Dialect['kinds']>,
): { readonly kind?: string } {
  return kinds === null ? {} : { kind: kinds[kind] };
}

const PAYLOADS: readonly Payload[] = ['task', 'message', 'statusUpdate', 'artifactUpdate'];

/** What a result is; null where it is none of them, or more than one. */
export function payloadOf(
  { wrapped, kinds }: Dialect,
  result: Readonly<Record<string, JsonValue>>,
): { readonly payload: Payload; readonly value: JsonValue | undefined } | null {
  if (wrapped === null) {
    const payload = PAYLOADS.find((each) => kinds?.[each] === result['kind']);
    return payload === undefined ? null : { payload, value: result };
  }
  // ProtoJSON: null is how a sender may write "absent".
  const named = PAYLOADS.filter((each) => (result[wrapped[each]] ?? null) !== null);
  const [payload, ...more] = named;
  return payload === undefined || more.length > 0 ? null : { payload, value: result[wrapped[payload]] };
}
