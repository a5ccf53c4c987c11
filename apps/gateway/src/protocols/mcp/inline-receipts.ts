// The receipts of a call in its own answer, under `_meta`, where the server's manifest says `receipts: inline`: spliced into
// the server's text once the outcome is on record, one of the closed list of rewrites (docs/recording.md). Whatever a
// server itself puts under that name is replaced: it speaks for the log only.
import type { Deps } from '../../pipeline/deps.ts';
import { receiptsJson } from '../../pipeline/receipted.ts';
import type { InboundCall, RecordedCall } from '../../pipeline/types.ts';
import type { EntryReceipt } from '../../store/types.ts';
import { scan } from '../json/scan.ts';
import { compileShape } from '../json/shape.ts';
import { editMembers, splice } from '../json/splice.ts';

/** The key in `_meta`, in the gateway's own name space. */
export const RECEIPT_META = 'dev.countersign/receipt';

const SHAPE = compileShape({ result: {}, 'result._meta': {} });

export function isInline({ upstream }: Pick<InboundCall, 'upstream'>): boolean {
  return upstream.receipts === 'inline';
}

/** @param bytes one JSON-RPC answer; one that is an error, or whose `_meta` is no object, stays as it is. */
export async function inlineReceipts(
  call: RecordedCall,
  bytes: Uint8Array,
  completed: EntryReceipt | null,
  deps: Pick<Deps, 'receipts'>,
): Promise<Uint8Array> {
  if (!isInline(call) || call.receipt === null) return bytes;
  const scanned = scan(bytes, SHAPE, {
    maxBytes: bytes.byteLength,
    maxKeys: 1_000_000,
    maxItems: 1_000_000,
    tolerant: true,
  });
  const containers = scanned.ok ? scanned.value.containers : null;
  const result = containers?.get('result');
  if (result?.kind !== 'object') return bytes;
  const json = await receiptsJson(call, call.receipt, completed, deps);
  const meta = containers?.get('result._meta');
  if (meta?.kind === 'object') return splice(bytes, editMembers(meta, new Map([[RECEIPT_META, json]])));
  if (result.members.has('_meta')) return bytes;
  return splice(
    bytes,
    editMembers(result, new Map([['_meta', `{${JSON.stringify(RECEIPT_META)}:${json}}`]])),
  );
}
