// Issues receipts of entries that are durable. Ed25519 signatures are deterministic: the receipt of an entry is the same
// each time it is asked for, so that none needs to be stored.
import {
  compactReceipt,
  fromHex,
  type Id,
  type NoteSigner,
  type ReceiptKind,
  signReceipt,
} from '@countersign/audit';
import type { EntryReceipt } from '../store/types.ts';

export interface ReceiptIssuer {
  /** The key that verifies what is issued. */
  readonly vkey: string;
  readonly origin: string;
  readonly promiseSeconds: number;
  /** The signed note. */
  issue(call: Id<'call'>, kind: ReceiptKind, entry: EntryReceipt): Promise<string>;
  /** The same on one line, for a header or a JSON member. */
  issueLine(call: Id<'call'>, kind: ReceiptKind, entry: EntryReceipt): Promise<string>;
}

export function createReceiptIssuer(options: {
  readonly signer: NoteSigner;
  readonly origin: string;
  readonly promiseSeconds: number;
}): ReceiptIssuer {
  const { signer, origin, promiseSeconds } = options;
  const issue: ReceiptIssuer['issue'] = (call, kind, { index, leaf, time }) => {
    const hash = fromHex(leaf);
    if (hash === null) throw new TypeError(`the leaf hash of entry ${index} is not hex`);
    return signReceipt({ origin, index, leaf: hash, time, call, kind, promiseSeconds }, signer);
  };
  return {
    vkey: signer.vkey,
    origin,
    promiseSeconds,
    issue,
    issueLine: async (call, kind, entry) => compactReceipt(await issue(call, kind, entry)),
  };
}
