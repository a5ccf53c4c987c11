// What was used lately, by key, in bounded memory.

export interface Recent<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): void;
  delete(key: Key): void;
  clear(): void;
  /** All that is remembered, in no order. */
  entries(): Iterable<readonly [Key, Value]>;
}

/**
 * Remembers the last `atLeast` keys that were set or read, and up to twice as many. WHY in two halves, of which the older is
 * dropped at once: taking the oldest out of one map again and again leaves holes that every look for the next has to pass.
 */
export function createRecent<Key, Value>(atLeast: number): Recent<Key, Value> {
  let newer = new Map<Key, Value>();
  let older = new Map<Key, Value>();

  function set(key: Key, value: Value): void {
    if (newer.size >= atLeast && !newer.has(key)) {
      older = newer;
      newer = new Map();
    }
    newer.set(key, value);
  }

  return {
    set,
    get(key) {
      const value = newer.get(key);
      if (value !== undefined) return value;
      const aged = older.get(key);
      if (aged !== undefined) set(key, aged);
      return aged;
    },
    delete(key) {
      newer.delete(key);
      older.delete(key);
    },
    clear() {
      newer.clear();
      older.clear();
    },
    *entries() {
      yield* newer;
      for (const entry of older) if (!newer.has(entry[0])) yield entry;
    },
  };
}
