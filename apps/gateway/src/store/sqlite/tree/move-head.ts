// Moves the kept head by compare-and-swap, knowing what this process last put there. A conflict means that somebody
// else signs this log: then nothing may be signed any more.
import { type Kept, type KeptHead, KeptHeadError } from '../../../checkpoints/kept-head.ts';
import { StoreError } from '../../store-error.ts';

export interface HeadMover {
  /** Resolves once `next` is kept. Throws a StoreError `forked` at a conflict, else the KeptHeadError of the place. */
  move(next: Kept): Promise<void>;
}

export function createHeadMover(head: KeptHead, first: Kept | null): HeadMover {
  let kept = first;
  // A swap that failed may have taken effect all the same.
  let attempted: Kept | null = null;

  return {
    async move(next) {
      if (attempted !== null && (await head.read())?.note === attempted.note) kept = attempted;
      attempted = null;
      if (kept?.note === next.note) return;
      attempted = next;
      if ((await head.swap(kept, next)) === 'conflict') throw await conflict();
      attempted = null;
      kept = next;
    },
  };

  async function conflict(): Promise<StoreError> {
    const found = await head.read().catch((error: unknown) => {
      if (error instanceof KeptHeadError) return null;
      throw error;
    });
    const there = found === null ? 'no head that can be read' : `a head of ${found.size} entries`;
    const ours = kept === null ? 'none' : `one of ${kept.size}`;
    return new StoreError(
      'forked',
      `\`${head.place}\` has ${there}, and this node had put ${ours} there: another node writes this log, or somebody changed the file; ` +
        'find out which before you start this one again',
    );
  }
}
