// Appends entries to a file, one native line each, synced before they count as taken. The file is opened for each batch,
// so that it can be rotated from under it.
import { type FileHandle, open } from 'node:fs/promises';
import { nativeLine } from '../exports/jsonl.ts';
import type { Delivery, FileSink } from './types.ts';

const NEWLINE = 0x0a;
const CHUNK = 64 << 10;

export function fileDelivery({ path }: Pick<FileSink, 'path'>): Delivery {
  return {
    async send(entries) {
      const file = await open(path, 'a+', 0o600);
      try {
        await cutTornLine(file);
        await file.appendFile(entries.map((entry) => `${nativeLine(entry)}\n`).join(''));
        await file.datasync();
      } finally {
        await file.close();
      }
    },
    close: async () => {},
  };
}

/** A crash can leave half a line. It was never taken, and is sent again: the half would spoil the line after it. */
async function cutTornLine(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  const buffer = Buffer.alloc(CHUNK);
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - CHUNK);
    const { bytesRead } = await file.read(buffer, 0, end - start, start);
    const at = buffer.subarray(0, bytesRead).lastIndexOf(NEWLINE);
    if (at >= 0) {
      if (start + at + 1 < size) await file.truncate(start + at + 1);
      return;
    }
    end = start;
  }
  if (size > 0) await file.truncate(0);
}
