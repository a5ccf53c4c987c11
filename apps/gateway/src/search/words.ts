// Words and terms: what a text is searched by. A term is a 32-bit hash of a value, small enough to keep one list of calls
// per term; two values may share one, so that every row which an index finds is compared again before it is shown.

const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;
const WORD = /[\p{L}\p{N}\p{M}]+/gu;

/** FNV-1a over the UTF-16 units of a value, as an unsigned 32-bit number. */
export function termOf(value: string): number {
  let hash = OFFSET_BASIS;
  for (let i = 0; i < value.length; i += 1) hash = Math.imul(hash ^ value.charCodeAt(i), PRIME);
  return hash >>> 0;
}

/** The words of a text as they are compared: runs of letters and digits, without case, compatibility forms unified. */
export function wordsOf(text: string): string[] {
  return text.normalize('NFKC').toLowerCase().match(WORD) ?? [];
}

/** Calls `emit` with the term of every word of `text`, in order, repeated ones repeatedly. */
export function eachWordTerm(text: string, emit: (term: number) => void): void {
  let hash = OFFSET_BASIS;
  let isInWord = false;
  for (let i = 0; i < text.length; i += 1) {
    let unit = text.charCodeAt(i);
    // WHY a path of its own for ASCII: sentences are, and this runs in the writer, for every call.
    if (unit > 0x7f) {
      for (const word of wordsOf(text)) emit(termOf(word));
      return;
    }
    if (unit >= 0x41 && unit <= 0x5a) unit |= 0x20;
    if ((unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39)) {
      hash = Math.imul(hash ^ unit, PRIME);
      isInWord = true;
    } else if (isInWord) {
      emit(hash >>> 0);
      hash = OFFSET_BASIS;
      isInWord = false;
    }
  }
  if (isInWord) emit(hash >>> 0);
}
