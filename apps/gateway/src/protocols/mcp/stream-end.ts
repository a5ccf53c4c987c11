// What is said of a stream that ended without an answer: to the record, and to its client.
import { refuse, type Rejection } from '../../errors.ts';
import type { CompletedCall } from '../../pipeline/types.ts';
import type { SseEnd } from '../sse-relay.ts';
import { formatEvent } from '../sse.ts';
import { refusalMessage, refusedRequest } from './answers.ts';
import { messageOf } from '../../message-of.ts';

export function whyEnded(end: SseEnd): string {
  switch (end.kind) {
    case 'ended':
      return 'the server ended the stream without an answer';
    case 'failed':
      return `the stream broke off: ${messageOf(end.error)}`;
    case 'cancelled':
      return 'the caller went away';
    case 'stopped':
      return 'the gateway ended the stream';
  }
}

/**
 * SECURITY: a server may send an answer whole but for its end, and go: the outcome says that there was none, so no client may
 * dispatch it. Wherever in its event it stopped, one of these lines is data, and makes of that no message.
 */
const NO_MESSAGE = 'data: .\ndata: .';

/** Without a last word, a client would wait for its answer until its own patience ends. */
export function brokenOff(call: CompletedCall, isInLong: boolean): Uint8Array {
  const rejection = refuse(
    'upstream_invalid',
    'the stream ended without an answer',
    'the server behind this gateway broke off its answer: the call may have been carried out',
  ).error satisfies Rejection;
  const data = JSON.stringify(refusalMessage(refusedRequest(call), rejection));
  // What came last may lack the empty line that ends it.
  return Buffer.from(`${isInLong ? NO_MESSAGE : ''}\n\n${formatEvent({ data })}`);
}
