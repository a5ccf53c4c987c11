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
  else if (list[list.length - 1] !== place) list.push(place);
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
    const list: number[] = [];
    eachPlace(packed.lists, directory, i, (place) => list.push(place));
    lists.set(directory[i] ?? 0, list);
  }
  return lists;
}

/** Where the list of a term lies in the lists: from the first byte, so many. Null where no call has the term. */
export function findList(
  terms: Uint8Array,
  term: number,
): { readonly from: number; readonly length: number } | null {
  const directory = words(terms);
  const i = search(directory, directory.length / 2, term);
  if (i < 0) return null;
  const [from, to] = reach(directory, i);
  return { from, length: to - from };
}

/** Filled anew for each list, and looked at before the next one is: nothing waits in between. */
const places = new Uint16Array(SEGMENT);

/** Gives each term with its list: places of a segment, ascending, the first `count` of an array that is used again. */
export function eachList(
  packed: Packed,
  take: (term: number, places: Uint16Array, count: number) => void,
): void {
  const directory = words(packed.terms);
  const terms = directory.length / 2;
  const { lists } = packed;
  let from = 0;
  for (let i = 0; i < terms; i += 1) {
    const to = directory[terms + i] ?? 0;
    let count = 0;
    if (to - from === BITMAP_BYTES) {
      for (let at = from; at < to; at += 1) {
        const first = (at - from) * 8;
        for (let left = lists[at] ?? 0; left !== 0; left &= left - 1) {
          places[count] = first + 31 - Math.clz32(left & -left);
          count += 1;
        }
      }
    } else {
      for (let at = from; at < to; at += 2) {
        places[count] = (lists[at] ?? 0) | ((lists[at + 1] ?? 0) << 8);
        count += 1;
      }
    }
    take(directory[i] ?? 0, places, count);
    from = to;
  }
}

/** The calls in one list. */
export function bitsOf(list: Uint8Array): Bits {
  const bits = noBits();
  if (list.length === BITMAP_BYTES) bits.set(words(list));
  else {
    eachListed(list, 0, list.length, (place) => {
      bits[place >> 5] = (bits[place >> 5] ?? 0) | (1 << (place & 31));
    });
  }
  return bits;
}

/** Adds the calls in the lists of some terms to `bits`. */
export function addListsOf({ terms, lists }: Packed, isWanted: (term: number) => boolean, bits: Bits): void {
  const directory = words(terms);
  for (let i = 0; i < directory.length / 2; i += 1) {
    if (!isWanted(directory[i] ?? 0)) continue;
    const [from, to] = reach(directory, i);
    const found = bitsOf(lists.subarray(from, to));
    for (let word = 0; word < BITMAP_WORDS; word += 1) bits[word] = (bits[word] ?? 0) | (found[word] ?? 0);
  }
}

/**
 * With one call under other terms than before. Null where that changes nothing: most of what an index holds of a call
 * stays as it is when something about the call changes.
 */
export function repack(packed: Packed, place: number, terms: ReadonlySet<number>): Packed | null {
  const lists = unpack(packed);
  let isChanged = false;
  for (const [term, list] of lists) {
    if (terms.has(term) || !list.includes(place)) continue;
    isChanged = true;
    if (list.length === 1) lists.delete(term);
    else
      lists.set(
        term,
        list.filter((each) => each !== place),
      );
  }
  for (const term of terms) {
    const list = lists.get(term) ?? [];
    if (list.includes(place)) continue;
    isChanged = true;
    lists.set(
      term,
      [...list, place].sort((a, b) => a - b),
    );
  }
  return isChanged ? pack(lists) : null;
}

function eachPlace(
  lists: Uint8Array,
  directory: Uint32Array,
  i: number,
  take: (place: number) => void,
): void {
  const [from, to] = reach(directory, i);
  if (to - from === BITMAP_BYTES) eachBit(words(lists.subarray(from, to)), take);
  else eachListed(lists, from, to, take);
}

function reach(directory: Uint32Array, i: number): readonly [from: number, to: number] {
  const count = directory.length / 2;
  return [i === 0 ? 0 : (directory[count + i - 1] ?? 0), directory[count + i] ?? 0];
}

function eachListed(lists: Uint8Array, from: number, to: number, take: (place: number) => void): void {
  for (let at = from; at < to; at += 2) take((lists[at] ?? 0) | ((lists[at + 1] ?? 0) << 8));
}

/** Ascending. */
function eachBit(bits: Bits, take: (place: number) => void): void {
  for (const [i, word] of bits.entries()) {
    for (let left = word; left !== 0; left &= left - 1) take(i * 32 + 31 - Math.clz32(left & -left));
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
