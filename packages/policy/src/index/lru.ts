// A bounded memory: what has not been used for longest goes first, half of it at a time. Two generations instead of a list in
// the order of use, since every decision reads it several times and hardly one writes.

export interface Lru<Key, Value> {
  readonly get: (key: Key) => Value | undefined;
  readonly set: (key: Key, value: Value) => void;
}

/** @param limit how much is held at most; at least half of that is held for sure. */
export function createLru<Key, Value>(limit: number): Lru<Key, Value> {
  let young = new Map<Key, Value>();
  let old = new Map<Key, Value>();
  const set = (key: Key, value: Value): void => {
    if (young.size >= limit / 2) [young, old] = [new Map(), young];
    young.set(key, value);
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
