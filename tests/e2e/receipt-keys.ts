// The keys of a running gateway as a caller fetches them when it first uses it, and receipts opened with them.
import {
  expandReceipt,
  importNoteVerifier,
  type NoteVerifier,
  type OpenedReceipt,
  openReceipt,
} from '@countersign/audit';
import type { Gateway } from '@countersign/testkit';

export interface ReceiptKeys {
  /** A trust policy, as text. */
  readonly trust: string;
  /** Opens a note or its one-line form; throws when the gateway did not sign it. */
  open(text: string): Promise<OpenedReceipt>;
}

export async function receiptKeysOf({ data }: Pick<Gateway, 'data'>): Promise<ReceiptKeys> {
  const trust = await (await fetch(`${data}/.well-known/countersign-trust`)).text();
  const verifiers: NoteVerifier[] = [];
  for (const [, vkey = ''] of trust.matchAll(/^log (\S+)$/gm)) {
    const verifier = await importNoteVerifier(vkey);
    if (!verifier.ok) throw new Error(verifier.error.message);
    verifiers.push(verifier.value);
  }
  return {
    trust,
    async open(text) {
      const note = text.includes('\n') ? { ok: true as const, value: text } : expandReceipt(text);
      if (!note.ok) throw new Error(note.error.message);
      const opened = await openReceipt(note.value, verifiers);
      if (!opened.ok) throw new Error(opened.error.message);
      return opened.value;
    },
  };
}
