// Waits for lines at the end of a file that another process appends to, reading each byte once.
import { closeSync, existsSync, openSync, readSync } from 'node:fs';

const PATIENCE_MS = 60_000;

export interface GrowingFile {
  /** Resolves once so many lines were added; rejects with what `explain` says when nothing is added for long. */
  moreLines(count: number, explain: () => string): Promise<void>;
}

export function growingFile(path: string): GrowingFile {
  const chunk = Buffer.alloc(65_536);
  let position = 0;
  const newLines = (): number => {
    if (!existsSync(path)) return 0;
    const file = openSync(path, 'r');
    try {
      const length = readSync(file, chunk, 0, chunk.length, position);
      position += length;
      return chunk.subarray(0, length).filter((byte) => byte === 10).length;
    } finally {
      closeSync(file);
    }
  };
  return {
    async moreLines(count, explain) {
      let left = count;
      let deadline = Date.now() + PATIENCE_MS;
      while (left > 0) {
        const added = newLines();
        left -= added;
        if (added > 0) deadline = Date.now() + PATIENCE_MS;
        else if (Date.now() > deadline) throw new Error(`no progress: ${explain()}`);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}
