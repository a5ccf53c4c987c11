// Lists of messages, as servers of 2025-03-26 may send them: in the body of an answer, or as the data of one event. Each is
// looked at by itself, as if it had come alone; no other revision has them (protocols.md 1.1).
import type { InboundCall } from '../../pipeline/types.ts';
import { createSseSplitter, formatEvent, type SsePiece } from '../sse.ts';
import { messagesOf } from './batch.ts';

const BATCHING = '2025-03-26';
/** A server may have much to say at once; not without end. */
const MAX_MESSAGES = 1_000;
const OPENING = 0x5b;

export function isBatching({ revision }: Pick<InboundCall, 'revision'>): boolean {
  return revision === BATCHING;
}

/** Whether the text is a list: only JSON's own white space may stand before its bracket. */
export function isList(bytes: Uint8Array): boolean {
  return bytes.find((byte) => ![0x20, 0x09, 0x0a, 0x0d].includes(byte)) === OPENING;
}

/** The events that one event stands for; itself where it holds no list that can be read. */
export function unpacked(piece: SsePiece, maxEventBytes: number): readonly SsePiece[] {
  const { data, event, id, isComplete } = piece;
  if (data === null || !isList(data)) return [piece];
  const messages = textsIn(data);
  if (messages === null || !isComplete) return [piece];
  const last = messages.length - 1;
  const events = messages.map((text, at) =>
    // A client that comes back after the event has read all of it.
    formatEvent({ data: text, event, ...(id === null || at < last ? {} : { id }) }),
  );
  return createSseSplitter(maxEventBytes * 2).push(Buffer.from(events.join('')));
}

/** The body of an answer as a stream of its messages; null where it holds no list that can be read. */
export function asStream(body: Uint8Array): ReadableStream<Uint8Array> | null {
  const messages = textsIn(body);
  if (messages === null) return null;
  return new ReadableStream({
    start(out) {
      for (const data of messages) out.enqueue(Buffer.from(formatEvent({ data })));
      out.close();
    },
  });
}

function textsIn(bytes: Uint8Array): readonly string[] | null {
  const messages = messagesOf(bytes, { maxKeys: 1_000_000, maxItems: 1_000_000, tolerant: true });
  if (!messages.ok || messages.value.length > MAX_MESSAGES) return null;
  return messages.value.map(({ text }) => text);
}
