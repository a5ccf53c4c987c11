// A bounded memory: what has not been used for longest goes first, half of it at a time. Two generations instead of a list in
// the order of use, since every decision reads it several times and hardly one writes.

export interface Lru<Key, Value> {
  readonly get: (key: Key) => Value | undefined;
  readonly set: (key: Key, value: Value) => void;
}

/** Callers write parts of what keys are made of: a few megabytes in each of a few thousand would be all memory there is. */
const MAX_CHARACTERS = 32 << 20;

/**
 * @param limit how much is held at most; at least half of that is held for sure, as long as keys are short.
 * @param maxCharacters how long keys that are texts are at most, all together. One beyond half of it is not held.
 */
export function createLru<Key, Value>(limit: number, maxCharacters = MAX_CHARACTERS): Lru<Key, Value> {
  let young = new Map<Key, Value>();
  let old = new Map<Key, Value>();
  let characters = 0;
  const set = (key: Key, value: Value): void => {
    const length = typeof key === 'string' ? key.length : 0;
    if (length > maxCharacters / 2) return;
    if (young.size >= limit / 2 || characters + length > maxCharacters / 2)
      [young, old, characters] = [new Map(), young, 0];
    young.set(key, value);
    characters += length;
  };
  return {
    set,
    get(key) {
      const value = young.get(key);
      if (value !== undefined) return value;
      const older = old.get(key);
      if (older !== undefined) set(key, older);
      return older;
    },
  };
}
