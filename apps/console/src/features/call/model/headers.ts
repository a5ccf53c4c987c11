// The headers of a call's entries, read from the text that the log has of them.
import { type EntryHeader, parseEntry, utf8 } from '@countersign/audit';
import type { CallDetail } from '../../../api/types.ts';

/** What is no entry is left out: the list of entries shows it as it is. */
export function headersOf(entries: CallDetail['entries']): readonly EntryHeader[] {
  return entries.flatMap(({ header }) => {
    const parsed = parseEntry(utf8(header));
    return parsed.ok ? [parsed.value] : [];
  });
}
