// An anchor: a text file of this log's checkpoints, one JSON value a line, that is only ever appended to. It is as good as
// whatever keeps it from being changed (another machine, an append-only mount, copies in other hands); this file promises only
// that a line is on disk before it counts, and that what is there already is looked at first.
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseCheckpoint } from '@countersign/audit';
import type { OwnLog } from './own-log.ts';
import { type Attempt, failed, type SignedHead, type Target } from './types.ts';

const CHUNK_BYTES = 65_536;
/** How far back the newest line of this log is looked for, where several logs share a file. */
const MAX_TAIL_BYTES = 16 * 1024 * 1024;
const { O_APPEND, O_CREAT, O_RDWR } = constants;

export function anchorFile(path: string, log: OwnLog): Target {
  /** After a sync that failed nobody can tell what is on disk, not even by reading it back. */
  let isDoubtful = false;

  return {
    id: path,
    kind: 'file',
    name: path,
    async publish(head, known) {
      if (isDoubtful)
        return failed('refused', 'what was written to it may not be on disk: check it, then restart');
      let file: FileHandle;
      try {
        file = await open(path, O_RDWR | O_APPEND | O_CREAT, 0o644);
      } catch (error) {
        return failed('unreachable', `it cannot be opened (${codeOf(error)})`);
      }
      try {
        return await publishTo(file, head, known);
      } catch (error) {
        return failed('unreachable', `it cannot be read or written (${codeOf(error)})`);
      } finally {
        await file.close();
      }
    },
  };

  async function publishTo(file: FileHandle, head: SignedHead, known: number): Promise<Attempt> {
    const { newest, isCut } = await tailOf(file, log.origin);
    if (newest === null && known > 0)
      return failed(
        'conflict',
        `it does not hold the checkpoint of ${known} entries any more that was put there: it was cut; name another file to go on`,
      );
    if (newest !== null) {
      const judged = await log.judge(newest);
      if (judged.is === 'contradiction') return failed('conflict', judged.message, judged.message);
      if (judged.is === 'foreign')
        return failed(
          'conflict',
          'its newest checkpoint of this log was signed by none of this log’s keys, or by one that was revoked before it: name another file to go on',
        );
      if (judged.head.size < known)
        return failed(
          'conflict',
          `its newest checkpoint is of ${judged.head.size} entries, and one of ${known} was put there: it was cut; name another file to go on`,
        );
      if (judged.head.size >= head.size) return accepted(judged.head);
    }
    const line = `${isCut ? '\n' : ''}${JSON.stringify({ note: head.note })}\n`;
    await file.appendFile(line);
    try {
      await file.sync();
      if (newest === null) await syncFolder(dirname(path));
    } catch (error) {
      isDoubtful = true;
      throw error;
    }
    return accepted(head);
  }
}

function accepted(head: SignedHead): Attempt {
  return { result: 'accepted', head, proof: null, cosignature: null };
}

/** The newest note of this origin, and whether the last line was cut off by a crash. */
async function tailOf(
  file: FileHandle,
  origin: string,
): Promise<{ readonly newest: string | null; readonly isCut: boolean }> {
  const { size } = await file.stat();
  let rest = Buffer.alloc(0);
  let isCut = false;
  for (let end = size; end > 0 && size - end < MAX_TAIL_BYTES; ) {
    const length = Math.min(CHUNK_BYTES, end);
    const chunk = Buffer.alloc(length);
    const { bytesRead } = await file.read(chunk, 0, length, end - length);
    if (bytesRead !== length) throw new Error('it changed while it was read');
    if (end === size) isCut = chunk.at(-1) !== 0x0a;
    end -= length;
    const bytes = Buffer.concat([chunk, rest]);
    // Whole lines only: what stands before the first break may begin in the chunk before.
    const first = end === 0 ? 0 : bytes.indexOf(0x0a) + 1;
    const note = newestNote(bytes.subarray(first).toString('utf8'), origin);
    if (note !== null) return { newest: note, isCut };
    rest = bytes.subarray(0, first);
    if (first === 0) rest = bytes;
  }
  return { newest: null, isCut };
}

function newestNote(lines: string, origin: string): string | null {
  for (const line of lines.split('\n').toReversed()) {
    const note = noteIn(line);
    if (note === null) continue;
    const checkpoint = parseCheckpoint(note);
    if (checkpoint.ok && checkpoint.value.origin === origin) return note;
  }
  return null;
}

function noteIn(line: string): string | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'note' in value && typeof value.note === 'string'
      ? value.note
      : null;
  } catch {
    return null;
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
