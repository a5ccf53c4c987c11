// Reading header bytes. A header is accepted only if it fits the closed schema and these bytes are the only
// ones that stand for it, so that no two byte strings, and no two leaves, mean the same entry.

import { fromUtf8 } from '../bytes.ts';
import { fail, ok, type Result } from '../result.ts';
import { headerProblem } from './check.ts';
import { isCanonicalHeader } from './scan.ts';
import type { EntryHeader } from './types.ts';

/** No kind comes near it; it bounds what a reader of untrusted logs has to hold. */
export const MAX_HEADER_BYTES = 4096;

/** The entry that `header` stands for; refuses any byte that the writer would have written differently. */
export function parseEntry(header: Uint8Array): Result<EntryHeader> {
  if (header.length > MAX_HEADER_BYTES) {
    return fail(
      'entry_malformed',
      `the header has ${header.length} bytes; at most ${MAX_HEADER_BYTES} are allowed`,
    );
  }
  const text = fromUtf8(header);
  if (text === null) return fail('entry_malformed', 'the header is not valid UTF-8');
  if (isCanonicalHeader(header, text)) return ok(JSON.parse(text) as EntryHeader);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail('entry_malformed', 'the header is not JSON');
  }
  const problem = headerProblem(value);
  if (problem !== null) return fail('entry_malformed', problem);
  // SECURITY: duplicate keys, white space, escapes, `1.0` and `1e0` all parse; none prints as it was read.
  // Members are in canonical order (checked above), so this is the canonical text.
  if (JSON.stringify(value) !== text) {
    return fail('entry_malformed', 'the header is not in canonical form (RFC 8785)');
  }
  return ok(value as EntryHeader);
}

const encoder = new TextEncoder();
const scratch = new Uint8Array(MAX_HEADER_BYTES);

/** The same for header bytes that come as text; null for what `parseEntry` refuses. */
export function parseEntryText(text: string): EntryHeader | null {
  const { read, written } = encoder.encodeInto(text, scratch);
  if (read !== text.length || !isCanonicalHeader(scratch.subarray(0, written), text)) return null;
  return JSON.parse(text) as EntryHeader;
}
