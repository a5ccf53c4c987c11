// The receipts of one call, from its entries in the log: of each decision, and of the outcome once there is one.
import {
  type CanonicalValue,
  canonicalJson,
  type Id,
  leafHash,
  type ReceiptKind,
  toHex,
  utf8,
} from '@countersign/audit';
import type { EntryRecord } from '../store/readers/calls.ts';
import type { ReceiptIssuer } from './issuer.ts';

export interface CallReceipt {
  readonly kind: ReceiptKind;
  readonly index: number;
  /** Microseconds since the Unix epoch, as in the entry. */
  readonly time: number;
  /** The signed note. */
  readonly receipt: string;
  /** A C2SP tlog-proof to the newest checkpoint; null while none covers the entry. */
  readonly proof: string | null;
}

const KINDS: Readonly<Partial<Record<EntryRecord['header']['kind'], ReceiptKind>>> = {
  'call.decided': 'decided',
  'call.completed': 'completed',
};

interface Sources {
  readonly issuer: Pick<ReceiptIssuer, 'issue'>;
  readonly proofOf: (index: number) => Promise<string | null>;
}

/** In log order. Throws when an entry is not what the log holds under its leaf hash: that must not be signed again. */
export async function receiptsOf(
  call: Id<'call'>,
  entries: readonly EntryRecord[],
  { issuer, proofOf }: Sources,
): Promise<readonly CallReceipt[]> {
  const receipts: CallReceipt[] = [];
  for (const { header, leaf } of entries) {
    const kind = KINDS[header.kind];
    if (kind === undefined || header.call !== call) continue;
    const { index, time } = header;
    if (toHex(leafHash(utf8(canonicalJson(header as unknown as CanonicalValue)))) !== leaf)
      throw new Error(`entry ${index} does not have the leaf hash that is stored with it`);
    const receipt = await issuer.issue(call, kind, { index, leaf, time });
    receipts.push({ kind, index, time, receipt, proof: await proofOf(index) });
  }
  return receipts;
}
