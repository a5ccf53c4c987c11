// Which calls of a segment have which term, in two byte strings: the terms, sorted, with where the list of each ends; and
// the lists, each a bitmap or, where that is shorter, the places one by one. One set of lists has one form, so that an
// index that was kept up to date and one made anew are the same bytes.

/** Calls of one segment. */
export const SEGMENT = 2048;

const BITMAP_BYTES = SEGMENT / 8;
const BITMAP_WORDS = SEGMENT / 32;
const MOST_LISTED = BITMAP_BYTES / 2 - 1;

/** One bit for each call of a segment. */
export type Bits = Uint32Array;

export interface Packed {
  /** Numbers of 32 bits, little-endian: the terms ascending, then for each where its list ends. */
  readonly terms: Uint8Array;
  readonly lists: Uint8Array;
}

export const noBits = (): Bits => new Uint32Array(BITMAP_WORDS);

/** Lists of places within a segment, each ascending, by term. */
export type Lists = Map<number, number[]>;

/** Adds a place to a term's list. Places must come in ascending order; the same one may come again. */
export function addPlace(lists: Lists, term: number, place: number): void {
  const list = lists.get(term);
  if (list === undefined) lists.set(term, [place]);
  else if (list.at(-1) !== place) list.push(place);
}

export function pack(lists: Lists): Packed {
  const terms = Uint32Array.from(lists.keys()).sort();
  const directory = new Uint32Array(terms.length * 2);
  directory.set(terms);
  let size = 0;
  for (const [i, term] of terms.entries()) {
    const count = lists.get(term)?.length ?? 0;
    size += count > MOST_LISTED ? BITMAP_BYTES : count * 2;
    directory[terms.length + i] = size;
  }
  const packed = new Uint16Array(size / 2);
  let at = 0;
  for (const term of terms) {
    const list = lists.get(term) ?? [];
    if (list.length > MOST_LISTED) {
      for (const place of list)
        packed[at + (place >> 4)] = (packed[at + (place >> 4)] ?? 0) | (1 << (place & 15));
      at += BITMAP_BYTES / 2;
    } else {
      packed.set(list, at);
      at += list.length;
    }
  }
  return { terms: new Uint8Array(directory.buffer), lists: new Uint8Array(packed.buffer) };
}

export function unpack(packed: Packed): Lists {
  const directory = words(packed.terms);
  const count = directory.length / 2;
  const lists: Lists = new Map();
  for (let i = 0; i < count; i += 1) {
    const bits = noBits();
    addList(packed.lists, directory, i, bits);
    const list: number[] = [];
    for (let place = 0; place < SEGMENT; place += 1) {
      if (((bits[place >> 5] ?? 0) >>> (place & 31)) & 1) list.push(place);
    }
    lists.set(directory[i] ?? 0, list);
  }
  return lists;
}

/** The calls that have a term, or null where none has. */
export function bitsOf(packed: Packed, term: number): Bits | null {
  const directory = words(packed.terms);
  const i = search(directory, directory.length / 2, term);
  if (i < 0) return null;
  const bits = noBits();
  addList(packed.lists, directory, i, bits);
  return bits;
}

/** Where a call stands under other terms than before: all of it, and nothing else, is written anew. */
export function repack(packed: Packed, place: number, terms: ReadonlySet<number>): Packed {
  const lists = unpack(packed);
  for (const [term, list] of lists) {
    if (terms.has(term)) continue;
    const kept = list.filter((each) => each !== place);
    if (kept.length === 0) lists.delete(term);
    else lists.set(term, kept);
  }
  for (const term of terms) {
    const list = lists.get(term) ?? [];
    if (!list.includes(place))
      lists.set(
        term,
        [...list, place].sort((a, b) => a - b),
      );
  }
  return pack(lists);
}

function addList(lists: Uint8Array, directory: Uint32Array, i: number, bits: Bits): void {
  const count = directory.length / 2;
  const from = i === 0 ? 0 : (directory[count + i - 1] ?? 0);
  const to = directory[count + i] ?? 0;
  if (to - from === BITMAP_BYTES) bits.set(words(lists.subarray(from, to)));
  else {
    for (let at = from; at < to; at += 2) {
      const place = (lists[at] ?? 0) | ((lists[at + 1] ?? 0) << 8);
      bits[place >> 5] = (bits[place >> 5] ?? 0) | (1 << (place & 31));
    }
  }
}

function search(directory: Uint32Array, count: number, term: number): number {
  let [low, high] = [0, count - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = directory[middle] ?? 0;
    if (found === term) return middle;
    if (found < term) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** Every machine that Node runs on is little-endian; a view needs an aligned start, which a database does not promise. */
function words(bytes: Uint8Array): Uint32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4);
}
