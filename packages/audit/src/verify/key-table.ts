// What a verifier remembers of a whole log, packed: keys of a few 32-bit words, such as ids, numbered from 0 on, and columns
// of values by those numbers. A million of them are some tens of megabytes, where a map of texts takes ten times as much.

import { randomBytes } from '../random.ts';

/** Numbers of keys. The number of a key that was removed goes to one that comes later. */
export interface KeyTable {
  readonly size: () => number;
  /** -1 for a key that is not there. */
  readonly find: (key: Uint32Array) => number;
  /** The number of a key, which is put in where it is not there. */
  readonly add: (key: Uint32Array) => number;
  readonly remove: (key: Uint32Array) => void;
}

/** Values by the numbers of keys; 0 where none was set. */
export interface Column {
  readonly get: (number: number) => number;
  readonly set: (number: number, value: number) => void;
}

// WHY segments: an array that grows as a whole is in memory twice while it does.
const SEGMENT_BITS = 14;
const SEGMENT = 2 ** SEGMENT_BITS;
const WITHIN = SEGMENT - 1;
const FIRST_SLOTS = 1024;

/** @param width how many words a key has. */
export function createKeyTable(width: number): KeyTable {
  const segments: Uint32Array[] = [];
  const free: number[] = [];
  const mix = mixer(width);
  /** Number + 1 of the key that is there, 0 where none is. */
  let slots = new Uint32Array(FIRST_SLOTS);
  let mask = FIRST_SLOTS - 1;
  let size = 0;
  let numbers = 0;

  const segmentOf = (number: number): Uint32Array => segments[number >>> SEGMENT_BITS] as Uint32Array;

  const isKeyOf = (number: number, key: Uint32Array): boolean => {
    const words = segmentOf(number);
    const from = (number & WITHIN) * width;
    for (let word = 0; word < width; word += 1) if (words[from + word] !== key[word]) return false;
    return true;
  };

  /** The slot of the key, or the free one where it would go. There always is one. */
  const slotOf = (key: Uint32Array): number => {
    let slot = mix(key, 0) & mask;
    for (let taken = slots[slot] as number; taken !== 0; taken = slots[slot] as number) {
      if (isKeyOf(taken - 1, key)) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  };

  const homeOf = (number: number): number => mix(segmentOf(number), (number & WITHIN) * width) & mask;

  const grow = (): void => {
    const old = slots;
    slots = new Uint32Array(old.length * 2);
    mask = slots.length - 1;
    for (const taken of old) {
      if (taken === 0) continue;
      let slot = homeOf(taken - 1);
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = taken;
    }
  };

  const newNumber = (key: Uint32Array): number => {
    const number = free.pop() ?? numbers++;
    if (number >>> SEGMENT_BITS === segments.length) segments.push(new Uint32Array(SEGMENT * width));
    segmentOf(number).set(key, (number & WITHIN) * width);
    return number;
  };

  return {
    size: () => size,
    find: (key) => (slots[slotOf(key)] as number) - 1,
    add: (key) => {
      const slot = slotOf(key);
      const taken = slots[slot] as number;
      if (taken !== 0) return taken - 1;
      const number = newNumber(key);
      slots[slot] = number + 1;
      size += 1;
      if (size * 4 > slots.length * 3) grow();
      return number;
    },
    remove: (key) => {
      let hole = slotOf(key);
      const taken = slots[hole] as number;
      if (taken === 0) return;
      free.push(taken - 1);
      size -= 1;
      // What follows moves up to where it would be found, so that no search ends at the hole.
      for (let slot = (hole + 1) & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
        const away = (slot - homeOf((slots[slot] as number) - 1)) & mask;
        if (away < ((slot - hole) & mask)) continue;
        slots[hole] = slots[slot] as number;
        hole = slot;
      }
      slots[hole] = 0;
    },
  };
}

export function createColumn(): Column {
  const segments: Float64Array[] = [];
  return {
    get: (number) => segments[number >>> SEGMENT_BITS]?.[number & WITHIN] ?? 0,
    set: (number, value) => {
      while (number >>> SEGMENT_BITS >= segments.length) segments.push(new Float64Array(SEGMENT));
      (segments[number >>> SEGMENT_BITS] as Float64Array)[number & WITHIN] = value;
    },
  };
}

/** Byte strings of one length by the numbers of keys. */
export function createBytesColumn(length: number): {
  /** A view, good until the next `set` of the same number. */
  readonly get: (number: number) => Uint8Array;
  readonly set: (number: number, bytes: Uint8Array) => void;
} {
  const segments: Uint8Array[] = [];
  return {
    get: (number) => {
      const at = (number & WITHIN) * length;
      return (segments[number >>> SEGMENT_BITS] as Uint8Array).subarray(at, at + length);
    },
    set: (number, bytes) => {
      while (number >>> SEGMENT_BITS >= segments.length) segments.push(new Uint8Array(SEGMENT * length));
      (segments[number >>> SEGMENT_BITS] as Uint8Array).set(bytes, (number & WITHIN) * length);
    },
  };
}

/** Words of the 128 bits of an id. */
export const ID_WORDS = 4;

/** Puts the 128 bits of an id into the first four words of `key`, which it gives back. The prefix is not among them. */
export function idKey(id: string, key: Uint32Array): Uint32Array {
  let at = id.length - ID_WORDS * 8;
  for (let word = 0; word < ID_WORDS; word += 1) {
    let value = 0;
    for (const end = at + 8; at < end; at += 1) {
      const code = id.charCodeAt(at);
      value = (value << 4) | (code < 0x3a ? code - 0x30 : code - 0x57);
    }
    key[word] = value;
  }
  return key;
}

/** Puts an integer below 2^53 into the first two words of `key`, which it gives back. */
export function numberKey(number: number, key: Uint32Array): Uint32Array {
  key[0] = number % 2 ** 32;
  key[1] = Math.floor(number / 2 ** 32);
  return key;
}

/** SECURITY: by numbers of our own, else somebody could write a log whose ids all fall into one slot. */
function mixer(width: number): (words: Uint32Array, from: number) => number {
  const secret = new Uint32Array(randomBytes((width + 1) * 4).buffer).map((word) => word | 1);
  return (words, from) => {
    let mixed = secret[width] as number;
    for (let word = 0; word < width; word += 1) {
      mixed = Math.imul(mixed ^ (words[from + word] as number), secret[word] as number);
      mixed ^= mixed >>> 15;
    }
    return mixed >>> 0;
  };
}
