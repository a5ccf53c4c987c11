// Levels "checkpoints" and "external": what a checkpoint says of a size is what the entries give at that
// size. The same check serves the store's own checkpoints and those that somebody held elsewhere.

import { equalBytes } from '../bytes.ts';
import { type Checkpoint, parseCheckpoint } from '../checkpoint.ts';
import type { KeyManifest } from '../keys/manifest.ts';
import { openSpoken } from '../keys/speaking.ts';
import { type CompactRange, rangeRoot } from '../merkle.ts';
import type { NoteVerifier } from '../note-key.ts';
import type { Tally } from './tally.ts';

type Read = Checkpoint & { readonly note: string | Uint8Array };
type Notes = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;

export interface CheckpointStep {
  /** Compares the checkpoints of exactly this size. */
  readonly check: (range: CompactRange) => Promise<void>;
  /** Whether a checkpoint waits for this size; cheap, asked after each entry. */
  readonly isDue: (size: number) => boolean;
  /** Refuses what is left: checkpoints of entries that are not there. */
  readonly finish: (size: number) => Promise<void>;
  /** Size of the largest checkpoint that matched. */
  readonly covered: () => number;
  /** How many only a key signed that is revoked at their size: as if they were not there. */
  readonly setAside: () => number;
  /** How many entries the largest of those covers. */
  readonly disowned: () => number;
}

/** `notes` ascend by size. Reads one note ahead. @param onMatch told of every checkpoint that the entries give. */
export async function createCheckpointStep(
  level: 'checkpoints' | 'external',
  notes: Notes,
  origin: string,
  verifiers: readonly NoteVerifier[],
  tally: Tally,
  onMatch: (note: string | Uint8Array, size: number) => Promise<void> = async () => {},
  keyManifest?: KeyManifest,
): Promise<CheckpointStep> {
  const iterator = iterate(notes);
  const where = level === 'external' ? 'the checkpoint held elsewhere' : 'the stored checkpoint';
  let covered = 0;
  let reached = 0;
  let setAside = 0;
  let disowned = 0;

  const read = async (): Promise<Read | null> => {
    for (let item = await iterator.next(); item.done !== true; item = await iterator.next()) {
      const checkpoint = await open(item.value);
      if (checkpoint !== null) return { ...checkpoint, note: item.value };
    }
    return null;
  };

  const open = async (note: string | Uint8Array): Promise<Checkpoint | null> => {
    const opened = await openSpoken(note, verifiers, keyManifest);
    if (opened === null) {
      setAside += 1;
      const parsed = parseCheckpoint(note);
      if (parsed.ok && parsed.value.origin === origin) disowned = Math.max(disowned, parsed.value.size);
      return null;
    }
    tally.checked(level);
    if (!opened.ok) {
      const isSignature =
        opened.error.code === 'signature_invalid' || opened.error.code === 'signature_missing';
      const code = isSignature ? 'checkpoint_signature' : 'checkpoint_malformed';
      tally.failed(
        level,
        code,
        null,
        `${where} after size ${reached} cannot be used: ${opened.error.message}`,
      );
      return null;
    }
    if (opened.value.origin !== origin) {
      tally.failed(
        level,
        'checkpoint_origin',
        null,
        `${where} is of the log \`${opened.value.origin}\`, not \`${origin}\``,
      );
      return null;
    }
    if (opened.value.size < reached) {
      tally.failed(
        level,
        'checkpoint_order',
        null,
        `${where} of size ${opened.value.size} comes after one of size ${reached}`,
      );
      return null;
    }
    reached = opened.value.size;
    return opened.value;
  };

  let next = await read();
  return {
    isDue: (size) => next?.size === size,
    covered: () => covered,
    setAside: () => setAside,
    disowned: () => disowned,
    check: async (range) => {
      for (; next?.size === range.size; next = await read()) {
        if (equalBytes(next.root, rangeRoot(range))) {
          covered = next.size;
          await onMatch(next.note, next.size);
          continue;
        }
        tally.failed(
          level,
          'checkpoint_root',
          null,
          `${where} of size ${next.size} has another root: one of the entries ${covered} to ${next.size - 1} is not what it was when that was signed`,
        );
      }
    },
    finish: async (size) => {
      for (; next !== null; next = await read()) {
        tally.failed(
          level,
          'tail_missing',
          size,
          `entry ${size} is missing: the log ends after ${size} entries, but ${where} covers ${next.size}`,
        );
      }
    },
  };
}

function iterate(notes: Notes): AsyncIterator<string | Uint8Array> | Iterator<string | Uint8Array> {
  return Symbol.asyncIterator in notes ? notes[Symbol.asyncIterator]() : notes[Symbol.iterator]();
}
