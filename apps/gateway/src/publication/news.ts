// Which entries are news to whoever holds checkpoints. Entries that tell of publishing are not: else each publication would
// make the next one necessary, and two logs that hold each other's checkpoints would never come to rest.
import { parseEntry, type StoredEntry } from '@countersign/audit';

const NO_NEWS: ReadonlySet<string> = new Set(['checkpoint.published', 'checkpoint.received']);

export interface FirstNews {
  readonly index: number;
  /** Microseconds since the epoch. */
  readonly time: number;
}

export interface News {
  /** The first entry from `from` on that is news; null when there is none. */
  first(from: number): Promise<FirstNews | null>;
}

export function createNews(log: {
  entries(from?: number, to?: number): AsyncIterable<Pick<StoredEntry, 'index' | 'header'>>;
}): News {
  /** For each place that was asked for: what was found, or how far there was nothing. */
  const known = new Map<number, FirstNews | number>();
  return {
    async first(from) {
      const seen = known.get(from);
      if (typeof seen === 'object') return seen;
      let at = seen ?? from;
      for await (const { index, header } of log.entries(at)) {
        at = index + 1;
        const entry = parseEntry(header);
        // An entry that cannot be read is surely not one of ours about publishing.
        if (entry.ok && NO_NEWS.has(entry.value.kind)) continue;
        const found = { index, time: entry.ok ? entry.value.time : 0 };
        remember(from, found);
        return found;
      }
      remember(from, at);
      return null;
    },
  };

  /** Only the last few places are asked for again: the newest round, and what is held. */
  function remember(from: number, value: FirstNews | number): void {
    known.delete(from);
    known.set(from, value);
    for (const [oldest] of known) {
      if (known.size <= 4) return;
      known.delete(oldest);
    }
  }
}
