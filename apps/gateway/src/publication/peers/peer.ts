// Another log whose checkpoints this one holds (DESIGN section 9: logs anchor each other's checkpoints). What it hands out is
// fetched, checked by its own key and against what was held before, and recorded here, where its operator cannot reach it.
// Says nothing about what its entries contain.
import {
  digestOf,
  type NoteVerifier,
  openCheckpoint,
  openTileTree,
  proveConsistency,
  TileError,
  tilePath,
  verifyConsistency,
} from '@countersign/audit';
import { type Kept, type KeptHead, keptOf } from '../../checkpoints/kept-head.ts';
import type { LogWriter } from '../../store/types.ts';
import { request } from '../http.ts';

export interface PeerStatus {
  /** The name of the other log. */
  readonly origin: string;
  /** Entries in the largest checkpoint of it that is held; 0: none. */
  readonly size: number;
  /** When it last handed out a checkpoint that this one takes; milliseconds since the epoch. */
  readonly seenAt: number | null;
  /** Whether the newest was shown to extend the one held before; null where it was not, for want of access to its tiles. */
  readonly isConsistent: boolean | null;
  /** Why the last look came to nothing. */
  readonly error: string | null;
  /** Why people should look: it contradicts what it signed before. */
  readonly misconduct: string | null;
}

export interface Peer {
  look(signal: AbortSignal): Promise<void>;
  status(): PeerStatus;
}

export interface PeerParts {
  /** Its checkpoint key, named after it. */
  readonly key: NoteVerifier;
  /** Of its admin plane. */
  readonly url: string;
  /** For its tiles, with the role of an auditor; null where there is none. */
  readonly token: string | null;
  /** The largest checkpoint of it that was taken. */
  readonly held: KeptHead;
  /** The first that contradicts one that was taken; stays until somebody removes it. */
  readonly conflict: KeptHead;
  readonly writer: Pick<LogWriter, 'commit'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly tell: (message: string) => void;
}

const MAX_NOTE_BYTES = 65_536;
const MAX_TILE_BYTES = 256 * 32;

class Unreachable extends Error {}

export async function createPeer(parts: PeerParts): Promise<Peer> {
  const { key, token, held, conflict, writer, now, tell } = parts;
  const origin = key.name;
  const prefix = parts.url.replace(/\/+$/, '');
  let size = (await held.read())?.size ?? 0;
  let seenAt: number | null = null;
  let isConsistent: boolean | null = null;
  let error: string | null = null;
  let misconduct = (await conflict.read()) === null ? null : contradicted(origin, conflict.place);
  let told: string | null = null;
  /** The smaller one that was recorded last: it is handed out again and again. */
  let behind: string | null = null;
  if (misconduct !== null) tell(misconduct);

  return {
    status: () => ({ origin, size, seenAt, isConsistent, error, misconduct }),
    async look(signal) {
      try {
        await take(await newest(signal), signal);
        if (told !== null) tell(`the log \`${origin}\` hands out checkpoints again`);
        [error, told] = [null, null];
      } catch (problem) {
        if (!(problem instanceof Unreachable)) throw problem;
        error = problem.message;
        if (told === null) tell(`no checkpoint of the log \`${origin}\` was taken: ${error}`);
        told = error;
      }
    },
  };

  async function newest(signal: AbortSignal): Promise<Kept> {
    const note = Buffer.from(await fetched('log/checkpoint', MAX_NOTE_BYTES, null, signal)).toString('utf8');
    const opened = await openCheckpoint(note, [key]);
    if (!opened.ok)
      throw new Unreachable(`what it hands out is not signed by its key: ${opened.error.message}`);
    return keptOf(note, prefix);
  }

  async function take(next: Kept, signal: AbortSignal): Promise<void> {
    const before = await held.read();
    const isSame = before !== null && before.size === next.size;
    const isRepeated = isSame && Buffer.compare(before.root, next.root) === 0;
    if (before !== null && next.size < before.size) return fellBehind(before, next);
    const extension = isSame ? isRepeated : before === null ? null : await extends_(before, next, signal);
    if (extension === false) return contradict(next);
    if (behind !== null) {
      behind = null;
      if ((await conflict.read()) === null) misconduct = null;
    }
    seenAt = now();
    if (isRepeated) return;
    await record(next);
    if ((await held.swap(before, next)) === 'conflict')
      throw new Error(`\`${held.place}\` was written by somebody else`);
    [size, isConsistent] = [next.size, extension];
  }

  /** Null where its tiles cannot be had: then nothing is shown either way. */
  async function extends_(older: Kept, newer: Kept, signal: AbortSignal): Promise<boolean | null> {
    if (token === null) return null;
    const tree = await openTileTree(newer, (tile) =>
      fetched(`log/${tilePath(tile)}`, MAX_TILE_BYTES, token, signal),
    );
    if (!tree.ok) throw new Unreachable(`its tiles are not those of its checkpoint: ${tree.error.message}`);
    try {
      const proof = await proveConsistency(older.size, newer.size, tree.value.node);
      return verifyConsistency({ older, newer }, proof);
    } catch (problem) {
      if (problem instanceof TileError) throw new Unreachable(problem.message);
      throw problem;
    }
  }

  async function fetched(
    path: string,
    maxBytes: number,
    bearer: string | null,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const headers = bearer === null ? {} : { authorization: `Bearer ${bearer}` };
    const answer = await request(`${prefix}/${path}`, { headers }, { maxBytes, signal });
    if (typeof answer === 'string') throw new Unreachable(answer);
    if (answer.status !== 200) throw new Unreachable(`\`${path}\` answers with status ${answer.status}`);
    return answer.body;
  }

  /** A log never grows smaller; an older checkpoint of it may be handed out all the same, so that this ends when it stops. */
  async function fellBehind(before: Kept, next: Kept): Promise<void> {
    if (behind === next.note) return;
    await record(next);
    behind = next.note;
    if (misconduct === null) {
      misconduct = `the log \`${origin}\` hands out a checkpoint of ${next.size} entries, after one of ${before.size}: it was put back from an older copy, or shows different things to different people`;
      tell(misconduct);
    }
  }

  /** Both notes are then in this log, signed by the other: a proof to anybody. */
  async function contradict(next: Kept): Promise<void> {
    const isFirst = (await conflict.read()) === null;
    if (!isFirst) return;
    await record(next);
    await conflict.swap(null, next);
    [misconduct, isConsistent] = [contradicted(origin, conflict.place), false];
    tell(misconduct);
  }

  /** On record before it is held: what is not recorded did not happen, and is taken again. */
  async function record({ note, size: entries }: Kept): Promise<void> {
    const result = await writer.commit({
      entries: [
        {
          kind: 'checkpoint.received',
          call: null,
          agent: null,
          chain: null,
          body: { origin: digestOf(origin), size: entries },
          details: { note },
        },
      ],
      changes: [],
    });
    if (!result.ok) throw new Unreachable('it could not be recorded');
  }
}

function contradicted(origin: string, place: string): string {
  return `the log \`${origin}\` signed two checkpoints that no one log can have: it shows two histories. The second is kept in \`${place}\`; show both to its auditors`;
}
