// Where outcomes go when the log cannot take them: a preallocated file, so that a full disk still has room for it.
// Read back at the next start, before anything is declared unknown.
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { EntryDraft } from '@countersign/audit';
import { warn } from '../warnings.ts';

const PREALLOCATED_BYTES = 1024 * 1024;
const BLANK = ' ';

export interface Spill {
  /** Durable when it returns; throws nothing: there is no further place to go. */
  keep(entry: EntryDraft<'call.completed'>): void;
  /** What earlier runs of the node left behind. */
  kept(): readonly EntryDraft<'call.completed'>[];
  /** Forgets what was kept, once the log has it. */
  clear(): void;
  close(): void;
}

export function openSpill(file: string): Spill {
  const existed = existsSync(file);
  const text = existed ? readFileSync(file, 'utf8') : '';
  // What begins with a blank was being wiped: the log has all of it, and what is left of it may be torn anywhere.
  const kept = text.startsWith(BLANK) ? [] : parse(text, file);
  const handle = openSync(file, existed ? 'r+' : 'w+', 0o600);
  let position = Buffer.byteLength(text.slice(0, text.lastIndexOf('\n') + 1));
  if (kept.length === 0) wipe();

  function wipe(): void {
    // First, and alone: a power cut leaves any part of a large write.
    writeSync(handle, BLANK, 0);
    fsyncSync(handle);
    // Spaces, not a hole: a sparse file would reserve nothing.
    writeSync(handle, Buffer.alloc(PREALLOCATED_BYTES, BLANK), 0, PREALLOCATED_BYTES, 0);
    fsyncSync(handle);
    position = 0;
  }

  return {
    keep(entry) {
      try {
        // Without what it commits to: the values may be large, and the entry says "erased" of them.
        const line = `${JSON.stringify({ ...entry, details: {} })}\n`;
        position += writeSync(handle, line, position);
        fsyncSync(handle);
      } catch (error) {
        warn(`spill file ${file}: ${String(error)}`);
      }
    },
    kept: () => kept,
    clear: wipe,
    close: () => closeSync(handle),
  };
}

function parse(text: string, file: string): EntryDraft<'call.completed'>[] {
  return text
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => {
      try {
        return line.trim() === '' ? [] : [asWritten(JSON.parse(line) as EntryDraft<'call.completed'>)];
      } catch {
        // Its call is declared unknown, which is true; that nothing started any more would help nobody.
        warn(`spill file ${file}: an outcome cannot be read, so its call counts as unknown`);
        return [];
      }
    });
}

/** A gateway before this one may have kept it, which did not know when an answer began: the one null that says no more (ADR 0042). */
function asWritten(entry: EntryDraft<'call.completed'>): EntryDraft<'call.completed'> {
  return { ...entry, body: { ...entry.body, firstByteUs: entry.body.firstByteUs ?? null } };
}
