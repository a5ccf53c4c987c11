// Events of a stream of which only the message may be told, since it alone was looked through: everything else in them is
// words of the sender too (DESIGN section 6). Pure.
import { formatEvent, type SsePiece } from './sse.ts';

/** Written anew: the name of an event, and comments in it, are words of the server too. Its id is needed to resume. */
export function quietEvent(piece: SsePiece, data: string): Uint8Array {
  return Buffer.from(formatEvent({ data, ...(piece.id === null ? {} : { id: piece.id }) }));
}

/** A piece without a message: what paces a client stays, what is said to nobody goes. */
export function quietPiece({ id, retry, data }: SsePiece): Uint8Array {
  const lines = [
    ...(id === null ? [] : [`id: ${id}`]),
    ...(retry === null ? [] : [`retry: ${retry}`]),
    ...(data === null ? [] : ['data:']),
  ];
  return Buffer.from(lines.length === 0 ? ':\n\n' : `${lines.join('\n')}\n\n`);
}
