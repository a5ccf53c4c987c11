// Reads server-sent events off a response, for the tests of the live stream.
import type { StreamEvent } from '../client.ts';

export interface EventReader {
  /** The next `count` events. Checks that each `id` is the index of what it carries. */
  take(count: number): Promise<StreamEvent[]>;
  /** The next comment line, without its colon. */
  comment(): Promise<string>;
  cancel(): Promise<void>;
}

export function readEvents(response: Response): EventReader {
  if (response.body === null) throw new Error('the stream has no body');
  const reader = response.body
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader();
  let buffer = '';
  const events: StreamEvent[] = [];
  const comments: string[] = [];

  const more = async (): Promise<void> => {
    const { done, value } = await reader.read();
    if (done) throw new Error('the stream ended');
    buffer += value;
    const blocks = buffer.split('\n\n');
    buffer = blocks.pop() ?? '';
    for (const block of blocks) {
      if (block.startsWith(':')) comments.push(block.slice(1).trim());
      else events.push(parseEvent(block));
    }
  };

  return {
    async take(count) {
      while (events.length < count) await more();
      return events.splice(0, count);
    },
    async comment() {
      while (comments.length === 0) await more();
      return comments.shift() ?? '';
    },
    cancel: () => reader.cancel(),
  };
}

function parseEvent(block: string): StreamEvent {
  const fields = new Map(
    block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  );
  const event = JSON.parse(fields.get('data') ?? '') as StreamEvent;
  if (fields.get('id') !== String(event.index) || fields.get('event') !== 'entry') {
    throw new Error(`the event is not labelled as what it is: ${block}`);
  }
  return event;
}
