// A receipt: the log's signed promise to whoever made a call that a certain entry stands at a certain place, and that a
// checkpoint will cover it in time (docs/log-format.md, "Receipts"). In the caller's hands it outlives whatever becomes
// of the log.

import { fromBase64, toBase64 } from '../bytes.ts';
import { isOrigin } from '../checkpoint.ts';
import { type Id, isId } from '../ids.ts';
import { openNote, parseNote, signNote } from '../note.ts';
import type { NoteSigner, NoteVerifier } from '../note-key.ts';
import { fail, ok, type Result } from '../result.ts';

const RECEIPT_VERSION = 'countersign/receipt/1';

/** What of a call the entry tells: that it was decided, or what came of it. */
export const RECEIPT_KINDS = ['decided', 'completed'] as const;
export type ReceiptKind = (typeof RECEIPT_KINDS)[number];

export interface Receipt {
  /** Of the log. */
  readonly origin: string;
  readonly index: number;
  /** The entry's RFC 6962 leaf hash, 32 bytes. */
  readonly leaf: Uint8Array;
  /** As written in the entry: microseconds since the Unix epoch. */
  readonly time: number;
  readonly call: Id<'call'>;
  readonly kind: ReceiptKind;
  /** No later than this many seconds after `time`, the newest checkpoint that the log hands out covers the entry. */
  readonly promiseSeconds: number;
}

export interface OpenedReceipt extends Receipt {
  readonly signedBy: readonly NoteVerifier[];
}

const HASH_BYTES = 32;
/** A hundred years: whatever is longer is no promise. */
const MAX_PROMISE_SECONDS = 3_155_760_000;

/** The name of the key that signs a log's receipts: not the log's own, so that no receipt passes for a checkpoint. */
export function receiptKeyName(origin: string): string {
  return `${origin}/receipts`;
}

/** The text that is signed. Throws a TypeError for an impossible receipt. */
function receiptText(receipt: Receipt): string {
  const { origin, index, leaf, time, call, kind, promiseSeconds } = receipt;
  const text = [RECEIPT_VERSION, origin, index, toBase64(leaf), time, call, kind, promiseSeconds, ''].join(
    '\n',
  );
  const parsed = parseReceiptText(text);
  if (!parsed.ok) throw new TypeError(parsed.error.message);
  return text;
}

/** The receipt of a note text; refuses whatever `receiptText` would not write. */
export function parseReceiptText(text: string): Result<Receipt> {
  const lines = text.split('\n');
  const [version, origin = '', index = '', leaf = '', time = '', call, kind, promise = '', end] = lines;
  if (version !== RECEIPT_VERSION) return malformed(`its first line is not \`${RECEIPT_VERSION}\``);
  if (lines.length !== 9 || end !== '') return malformed('it has not exactly eight lines');
  if (!isOrigin(origin)) return malformed('its origin is not a name');
  const hash = fromBase64(leaf);
  if (hash === null || hash.length !== HASH_BYTES)
    return malformed('its leaf hash is not 32 bytes of base64');
  const [at, when, promiseSeconds] = [decimal(index), decimal(time), decimal(promise)];
  if (at === null || when === null || promiseSeconds === null)
    return malformed('its index, time or promise is not a canonical decimal number');
  if (promiseSeconds < 1 || promiseSeconds > MAX_PROMISE_SECONDS)
    return malformed('its promise is shorter than a second or longer than a hundred years');
  if (!isId(call, 'call')) return malformed('its call is no call id');
  if (!isKind(kind)) return malformed(`its kind is none of ${RECEIPT_KINDS.join(', ')}`);
  return ok({ origin, index: at, leaf: hash, time: when, call, kind, promiseSeconds });
}

/** The signed note of a receipt. Throws a TypeError when the signer is not the receipt key of the receipt's log. */
export async function signReceipt(receipt: Receipt, signer: NoteSigner): Promise<string> {
  const name = receiptKeyName(receipt.origin);
  if (signer.name !== name)
    throw new TypeError(`the receipt key is named \`${signer.name}\`, and that of this log \`${name}\``);
  return signNote(receiptText(receipt), signer);
}

/** The receipt in a note, without looking at its signatures. */
export function parseReceipt(note: Uint8Array | string): Result<Receipt> {
  const parsed = parseNote(note);
  return parsed.ok ? parseReceiptText(parsed.value.text) : parsed;
}

/** The receipt in a note, signed by at least one of `verifiers` that is a receipt key of the log it names. */
export async function openReceipt(
  note: Uint8Array | string,
  verifiers: readonly NoteVerifier[],
): Promise<Result<OpenedReceipt>> {
  const opened = await openNote(note, verifiers);
  if (!opened.ok) return opened;
  const receipt = parseReceiptText(opened.value.text);
  if (!receipt.ok) return receipt;
  const { origin } = receipt.value;
  // SECURITY: a witness, or another log, can promise nothing in this log's name.
  if (!opened.value.signedBy.some(({ name }) => name === receiptKeyName(origin)))
    return fail('signature_missing', `no receipt key of the log \`${origin}\` signed this receipt`);
  return ok({ ...receipt.value, signedBy: opened.value.signedBy });
}

function decimal(text: string): number | null {
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text)) return null;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : null;
}

function isKind(text: string | undefined): text is ReceiptKind {
  return RECEIPT_KINDS.some((kind) => kind === text);
}

function malformed(why: string): Result<never> {
  return fail('receipt_malformed', `this is no receipt: ${why}`);
}
