// One connection for each key, made by whoever asks first while the others wait for the same one; gone when it breaks.
import type { Result } from '../../errors.ts';
import type { SendFailure } from '../failures.ts';

export interface Keyed<T> {
  get(key: string): Promise<Result<T, SendFailure>>;
  /** Those that stand. */
  values(): readonly T[];
}

/** @param start makes one, and says when it is over. */
export function createKeyed<T>(
  start: (
    key: string,
  ) => Promise<Result<{ readonly value: T; readonly over: Promise<unknown> }, SendFailure>>,
): Keyed<T> {
  const pending = new Map<string, Promise<Result<T, SendFailure>>>();
  const standing = new Map<string, T>();

  async function make(key: string): Promise<Result<T, SendFailure>> {
    let made: Awaited<ReturnType<typeof start>> | null = null;
    try {
      made = await start(key);
    } finally {
      if (made?.ok !== true) pending.delete(key);
    }
    if (!made.ok) return made;
    const { value, over } = made.value;
    standing.set(key, value);
    void over.then(() => {
      pending.delete(key);
      standing.delete(key);
    });
    return { ok: true, value };
  }

  return {
    get(key) {
      const known = pending.get(key) ?? make(key);
      pending.set(key, known);
      return known;
    },
    values: () => [...standing.values()],
  };
}
