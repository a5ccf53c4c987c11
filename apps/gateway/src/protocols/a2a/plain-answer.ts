// An agent's answer of which only this is looked at: whether it is one to the request, and whether it says no.
import { ok, type Result } from '../../errors.ts';
import type { CompletedCall } from '../../pipeline/types.ts';
import { scan } from '../json/scan.ts';
import { compileShape } from '../json/shape.ts';
import { dialectOf } from './dialects/dialects.ts';
import { memberText } from './ids.ts';
import { createMasker } from './masker.ts';
import { ENVELOPE } from './places.ts';
import { type TellerDeps, type Told, unfit } from './teller.ts';
import { workMasks } from './work-masks.ts';

const SHAPE = compileShape({ '': ENVELOPE });

export type PlainAnswer =
  /** JSON text of the result. */
  | { readonly kind: 'result'; readonly text: string }
  /** What the caller is told of the refusal. */
  | { readonly kind: 'error'; readonly told: Result<Told> };

export async function readPlainAnswer(
  call: CompletedCall,
  bytes: Uint8Array,
  deps: TellerDeps,
): Promise<Result<PlainAnswer>> {
  const scanned = scan(bytes, SHAPE, { maxBytes: deps.responseBytes, maxKeys: 1e6, maxItems: 1e6 });
  if (!scanned.ok) return unfit(call, `${scanned.error.code}: ${scanned.error.message}`);
  const { value, containers } = scanned.value;
  if (value['jsonrpc'] !== '2.0' || value['id'] !== call.message?.id)
    return unfit(call, 'it is not the answer to the request that was sent');
  const [result, error] = [Object.hasOwn(value, 'result'), Object.hasOwn(value, 'error')];
  if (result === error) return unfit(call, 'it must have either a result or an error');
  if (result) return ok({ kind: 'result', text: memberText(bytes, containers.get(''), 'result') ?? 'null' });
  const json = JSON.stringify(value['error']);
  const masks = await workMasks(call, deps, null).of(null);
  if (masks.length > 0) {
    const masker = createMasker(call, { form: 'task', dialect: dialectOf(call) });
    return ok({ kind: 'error', told: { ok: false, error: masker.refuseError(json) } });
  }
  const said = { isFinal: true, isMasked: false, outcome: 'protocol_error', result: null } as const;
  return ok({ kind: 'error', told: ok({ answer: null, bytes, ...said, error: json }) });
}
