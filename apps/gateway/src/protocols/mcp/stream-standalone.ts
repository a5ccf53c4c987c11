// The stream of a session that belongs to no call: on which its server tells of its lists, and which ends with the right to it.
import type { Segments } from '../../pipeline/segments.ts';
import type { CompletedCall } from '../../pipeline/types.ts';
import type { Deps } from '../../pipeline/deps.ts';
import type { SseInsert, SseStop } from '../sse-relay.ts';
import { formatEvent } from '../sse.ts';
import type { LongStream, OpenStreams } from './open-streams.ts';
import { principalLost } from './stream-rights.ts';

/** A client that loses it opens it again, with a token that is good. */
export function standalone(
  call: CompletedCall,
  deps: { readonly pipeline: Deps; readonly streams: OpenStreams },
  insert: SseInsert,
  stop: SseStop,
  segments: Segments,
): LongStream {
  const end = () => stop(new Uint8Array());
  return {
    call,
    lists: () => deps.streams.advertised(call),
    tell(list) {
      const data = JSON.stringify({ jsonrpc: '2.0', method: `notifications/${list}/list_changed` });
      insert(Buffer.from(formatEvent({ data })));
    },
    async review() {
      if ((await principalLost(call, deps.pipeline)) !== null) end();
    },
    async stop() {
      end();
      await segments.end();
    },
  };
}
