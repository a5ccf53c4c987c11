// The names of a facet within a segment, as the index keeps them: which of them begin so, and whether two share a term.
import { utf8 } from '@countersign/audit';
import type { Packed } from './postings.ts';
import { termOf } from './words.ts';

const LINE = 0x0a;

/** The same bytes for the same names: JSON strings, sorted, a line each. `lists` is empty unless two have the same term. */
export function packNames(names: ReadonlySet<string>): Packed {
  const lines = [...names].map((name) => JSON.stringify(name)).sort();
  const isAmbiguous = new Set([...names].map(termOf)).size < names.size;
  return {
    terms: utf8(lines.map((line) => `\n${line}`).join('')),
    lists: Uint8Array.of(...(isAmbiguous ? [1] : [])),
  };
}

/** What is in a part wherever one of its names begins so: without it, it need not be read. */
export function markOf(beginning: string): Uint8Array {
  // WHY: the first half of a pair is escaped where it stands alone, and with its second half it is not.
  const whole = beginning.isWellFormed() ? beginning : beginning.slice(0, -1);
  return utf8(`\n${JSON.stringify(whole).slice(0, -1)}`);
}

/** The terms of the names that begin so. */
export function termsBeginning(names: Uint8Array, beginning: string): ReadonlySet<number> {
  const terms = new Set<number>();
  const mark = markOf(beginning);
  const bytes = Buffer.from(names.buffer, names.byteOffset, names.byteLength);
  for (let from = bytes.indexOf(mark); from >= 0; from = bytes.indexOf(mark, from + 1)) {
    const end = bytes.indexOf(LINE, from + 1);
    const name: unknown = JSON.parse(bytes.toString('utf8', from + 1, end < 0 ? bytes.length : end));
    if (typeof name === 'string' && name.startsWith(beginning)) terms.add(termOf(name));
  }
  return terms;
}
