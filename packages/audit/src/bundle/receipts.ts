// Level "receipts": what callers were promised at the time is what stands in the log. A receipt in a bundle speaks of an
// entry in the same bundle; one that was never kept is for `countersign verify receipt`.

import { fail } from '../result.ts';
import { parseReceipt, type Receipt, receiptKeyName } from '../receipt/receipt.ts';
import { openSpokenReceipt } from '../receipt/spoken.ts';
import { toDigest } from '../sha256.ts';
import type { Tally } from '../verify/tally.ts';
import type { Heads } from './heads.ts';

export interface ReceiptStep {
  readonly take: (note: string) => Promise<void>;
  /** @param leaf that of the entry's header, in hex. */
  readonly check: (index: number, leaf: string, time: number) => void;
  readonly finish: () => { readonly read: number; readonly signed: number };
}

export function createReceiptStep(
  origin: () => string,
  heads: Pick<Heads, 'verifiers' | 'manifest'>,
  tally: Tally,
): ReceiptStep {
  const waiting = new Map<number, Receipt[]>();
  let [read, signed] = [0, 0];

  const open = async (note: string) => {
    const keys = heads.verifiers().filter(({ name }) => name === receiptKeyName(origin()));
    if (keys.length === 0) return parseReceipt(note);
    const opened = await openSpokenReceipt(note, keys, heads.manifest());
    if (opened.ok && opened.value.standing === 'revoked')
      return fail('signature_missing', 'only a key that had been revoked by its place signed it');
    if (opened.ok) signed += 1;
    return opened;
  };

  return {
    take: async (note) => {
      tally.checked('receipts');
      read += 1;
      const opened = await open(note);
      const receipt =
        opened.ok && opened.value.origin !== origin()
          ? fail('receipt_malformed', `it is of the log \`${opened.value.origin}\``)
          : opened;
      if (receipt.ok) {
        const { index } = receipt.value;
        const others = waiting.get(index);
        if (others === undefined) waiting.set(index, [receipt.value]);
        else others.push(receipt.value);
        return;
      }
      const { code, message } = receipt.error;
      const isSignature = code === 'signature_invalid' || code === 'signature_missing';
      tally.failed(
        'receipts',
        isSignature ? 'receipt_signature' : 'receipt_malformed',
        null,
        `receipt ${read} cannot be used: ${message}`,
      );
    },
    check: (index, leaf, time) => {
      for (const receipt of waiting.get(index) ?? []) {
        if (toDigest(receipt.leaf) === leaf && receipt.time === time) continue;
        tally.failed(
          'receipts',
          'receipt_conflict',
          index,
          `the receipt of \`${receipt.call}\` promised another entry at place ${index} than the one that stands there`,
        );
      }
      waiting.delete(index);
    },
    finish: () => {
      for (const [index, [receipt]] of waiting) {
        tally.failed(
          'receipts',
          'receipt_without_entry',
          index,
          `the receipt of \`${receipt?.call}\` promises entry ${index}, which is not in the bundle`,
        );
      }
      return { read, signed };
    },
  };
}
