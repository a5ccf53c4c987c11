// The native export: one entry a line, its header exactly as it was hashed, so that nothing is lost and everything can be
// recomputed. All other formats are views of this one.
import { toHex } from '@countersign/audit';
import { textOf, withheldNames } from './entry.ts';
import { jsonLine } from './text.ts';
import type { ExportFormat, ExportedEntry } from './types.ts';

export const jsonl: ExportFormat = {
  what: 'every entry in full, one JSON object a line: the exact header, its leaf hash, disclosed details with salts',
  mediaType: 'application/x-ndjson; charset=utf-8',
  extension: 'jsonl',
  isSigned: false,
  async *write(entries) {
    for await (const entry of entries) yield `${nativeLine(entry)}\n`;
  },
};

/**
 * `header` is the header's text as a JSON string: its UTF-8 bytes are what the leaf hash covers. A detail's value is
 * text where it is UTF-8, else base64 under `base64`.
 */
export function nativeLine(entry: ExportedEntry): string {
  const { index, headerText, leaf, disclosed, erased } = entry;
  return jsonLine({
    index,
    leaf,
    header: headerText,
    details: Object.fromEntries(
      disclosed.map((detail) => [detail.name, { salt: toHex(detail.salt), ...valueOf(detail) }]),
    ),
    withheld: withheldNames(entry),
    erased,
  });
}

function valueOf(detail: ExportedEntry['disclosed'][number]) {
  const text = textOf(detail);
  // A value that is no UTF-8 would come back as other bytes, and its commitment would no longer fit.
  return Buffer.from(text, 'utf8').equals(detail.value)
    ? { value: text }
    : { base64: Buffer.from(detail.value).toString('base64') };
}
