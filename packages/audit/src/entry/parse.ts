// Reading header bytes. A header is accepted only if it fits the closed schema and these bytes are the only
// ones that stand for it, so that no two byte strings, and no two leaves, mean the same entry.

import { fromUtf8 } from '../bytes.ts';
import { fail, ok, type Result } from '../result.ts';
import { headerProblem } from './check.ts';
import { isCanonicalHeader, MAX_HEADER_BYTES, scanHeader, scanHeaderText } from './scan.ts';
import type { EntryHeader } from './types.ts';

export { MAX_HEADER_BYTES };

/** The entry that `header` stands for; refuses any byte that the writer would have written differently. */
export function parseEntry(header: Uint8Array): Result<EntryHeader> {
  return parse(header, (text) =>
    isCanonicalHeader(header, text) ? (JSON.parse(text) as EntryHeader) : null,
  );
}

/**
 * The same, sooner. The texts in it are parts of one longer text, all of which stays in memory with any of them: for those who
 * look at one entry after the other and keep none.
 */
export function glanceEntry(header: Uint8Array): Result<EntryHeader> {
  return parse(header, (text) => scanHeader(header, text));
}

function parse(header: Uint8Array, quick: (text: string) => EntryHeader | null): Result<EntryHeader> {
  if (header.length > MAX_HEADER_BYTES) {
    return fail(
      'entry_malformed',
      `the header has ${header.length} bytes; at most ${MAX_HEADER_BYTES} are allowed`,
    );
  }
  const text = fromUtf8(header);
  if (text === null) return fail('entry_malformed', 'the header is not valid UTF-8');
  const entry = quick(text);
  if (entry !== null) return ok(entry);
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

/** The same for a header that comes as text; null for what `parseEntry` refuses. */
export function glanceEntryText(text: string): EntryHeader | null {
  return scanHeaderText(text);
}
