// A receipt on one line, for a header or a JSON member: base64url without padding (RFC 4648 section 5) of the note. Strict,
// like every decoder here: no two lines stand for the same note.

import { fromBase64, fromUtf8, toBase64, utf8 } from '../bytes.ts';
import { fail, ok, type Result } from '../result.ts';

/** Longer ones are refused unread: a receipt has a few hundred bytes, also when several keys signed it. */
const MAX_COMPACT_CHARS = 16_384;

export function compactReceipt(note: string): string {
  return toBase64(utf8(note)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** The note of a compact receipt, not looked at any further. */
export function expandReceipt(text: string): Result<string> {
  const bytes =
    text.length <= MAX_COMPACT_CHARS && /^[A-Za-z0-9_-]+$/.test(text)
      ? fromBase64(`${text.replaceAll('-', '+').replaceAll('_', '/')}${'='.repeat(-text.length & 3)}`)
      : null;
  const note = bytes === null ? null : fromUtf8(bytes);
  return note === null
    ? fail('receipt_malformed', 'this is no receipt: it is not base64url of a signed note')
    : ok(note);
}
