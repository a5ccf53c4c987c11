// The list of what was erased, in a file beside the key store: it outlives a database that is put back from a backup, so
// that what came back with it can be erased again. It names entries and keys, never a person. Appended to, synced, and
// read back whole.
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { readRedaction, redactedRanges, redactionText } from '@countersign/audit';
import { z } from 'zod';
import { StoreError } from '../store/store-error.ts';
import type { Target } from './selection.ts';

export interface Erasure {
  /** Id of the change that was agreed to. */
  readonly change: string;
  readonly targets: readonly Target[];
  /** Keys that the targets were sealed with: they are destroyed. */
  readonly keys: readonly number[];
  /** Under whose keys what is left of the targets goes. */
  readonly left: 'holder' | 'agent';
  readonly basis: string;
  /** JSON texts, as the entries have them; `exports` is all that it could not reach. */
  readonly exports: string;
  readonly actor: string;
}

/**
 * `intended`: written down before it was committed. `dropped`: and then not committed. `begun`: committed. `done`: nothing of
 * it is left but traces in free space.
 */
export type ErasureState = 'intended' | 'dropped' | 'begun' | 'done' | 'scrubbed';

export interface ListedErasure extends Erasure {
  readonly state: ErasureState;
}

export interface ErasureList {
  /** Of this log, in the order in which they were agreed to. */
  all(): readonly ListedErasure[];
  /** Durable when it returns. Throws where it cannot be. */
  intend(erasure: Erasure): void;
  mark(change: string, state: Exclude<ErasureState, 'intended'>): void;
  /** The same list for another log: one that this one continues. */
  ofLog(origin: string): ErasureList;
  /** Keys that are to be gone for good, of whichever log their values were. */
  keys(): readonly number[];
}

const Line = z.union([
  z.strictObject({
    change: z.string(),
    origin: z.string(),
    targets: z.string(),
    keys: z.array(z.int()),
    left: z.enum(['holder', 'agent']),
    basis: z.string(),
    exports: z.string(),
    actor: z.string(),
  }),
  z.strictObject({
    change: z.string(),
    /** Left out: of whichever log the change was listed for. */
    origin: z.string().optional(),
    state: z.enum(['dropped', 'begun', 'done', 'scrubbed']),
  }),
]);

interface Known extends ListedErasure {
  readonly origin: string;
}

/** Throws a StoreError for a file that is not such a list: it is not to be guessed what was erased. */
export function openErasureList(file: string, origin: string): ErasureList {
  let known: readonly Known[] = [];
  const setState = (change: string, of: string | undefined, state: ErasureState): void => {
    known = known.map((one) =>
      one.change === change && (of === undefined || one.origin === of) ? { ...one, state } : one,
    );
  };
  for (const line of linesOf(file)) {
    if ('state' in line) setState(line.change, line.origin, line.state);
    else known = [...known, { ...line, targets: targetsOf(line.targets), state: 'intended' }];
  }

  function append(line: z.input<typeof Line>): void {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const handle = openSync(file, 'a', 0o600);
    try {
      writeSync(handle, `${JSON.stringify(line)}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  }

  const view = (of: string): ErasureList => ({
    all: () => known.filter((one) => one.origin === of),
    intend(erasure) {
      const { change, targets, keys, left, basis, exports, actor } = erasure;
      const text = redactionText(redactedRanges(targets));
      append({ change, origin: of, targets: text, keys: [...keys], left, basis, exports, actor });
      known = [...known, { ...erasure, origin: of, state: 'intended' }];
    },
    mark(change, state) {
      append({ change, origin: of, state });
      setState(change, of, state);
    },
    ofLog: view,
    keys: () => [
      ...new Set(
        known.flatMap(({ state, keys }) => (state === 'intended' || state === 'dropped' ? [] : keys)),
      ),
    ],
  });
  return view(origin);
}

function linesOf(file: string): readonly z.output<typeof Line>[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw new StoreError('unavailable', `the list of erasures \`${file}\` cannot be read: ${String(error)}`);
  }
  // What a crash cut off was relied on by nothing: it goes, so that the next line is a line of its own.
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole !== text) truncateSync(file, Buffer.byteLength(whole));
  const lines = whole.split('\n').slice(0, -1);
  return lines.map((line, i) => {
    const parsed = Line.safeParse(jsonOf(line));
    if (parsed.success) return parsed.data;
    throw new StoreError(
      'damaged',
      `line ${i + 1} of the list of erasures \`${file}\` cannot be read: put back the original`,
    );
  });
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function targetsOf(text: string): readonly Target[] {
  return readRedaction(Buffer.from(text)).flatMap(({ first, last, names }) =>
    Array.from({ length: last - first + 1 }, (_, i) => ({ index: first + i, names: names ?? [] })),
  );
}
