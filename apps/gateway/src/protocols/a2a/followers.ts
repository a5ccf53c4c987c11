// The callers that keep a stream open on a task of the gateway's while people decide, and while its message is carried
// out after that. Only sockets live here: whoever loses one asks again with GetTask.
import type { Rejection } from '../../errors.ts';
import { formatComment, formatEvent } from '../sse.ts';
import { refusalMessage, resultMessage } from './answers.ts';

type RpcId = string | number | null;

export interface Followers {
  /** A stream that begins with `resultJson`, and goes on with whatever is published until it is ended. */
  follow(task: string, rpcId: RpcId, resultJson: string): ReadableStream<Uint8Array>;
  /** @param from whose word it is: the gateway's own, where nothing is said. */
  publish(task: string, resultJson: string, from?: 'gateway' | 'agent'): void;
  /** Ends all streams of the task with an error. */
  fail(task: string, rejection: Rejection, callId: string): void;
  end(task: string): void;
  isFollowed(task: string): boolean;
  endAll(): void;
}

const KEEP_ALIVE_MS = 10_000;
/** A reader that falls behind this far is let go: the task itself is not held up by it. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;

interface Follower {
  readonly rpcId: RpcId;
  say(text: string): void;
  end(): void;
}

export function createFollowers(): Followers {
  const byTask = new Map<string, Set<Follower>>();
  const all = (task: string): readonly Follower[] => [...(byTask.get(task) ?? [])];

  function leave(task: string, follower: Follower): void {
    const others = byTask.get(task);
    others?.delete(follower);
    if (others?.size === 0) byTask.delete(task);
  }

  return {
    follow(task, rpcId, resultJson) {
      let stop = (): void => undefined;
      return new ReadableStream<Uint8Array>(
        {
          start(out) {
            const encoder = new TextEncoder();
            const timer = setInterval(() => follower.say(formatComment('waiting')), KEEP_ALIVE_MS);
            timer.unref();
            let isOver = false;
            stop = () => {
              isOver = true;
              clearInterval(timer);
              leave(task, follower);
            };
            const follower: Follower = {
              rpcId,
              say(text) {
                if (isOver) return;
                if ((out.desiredSize ?? 0) < 0) {
                  stop();
                  out.error(new Error('the reader of a task fell too far behind'));
                } else out.enqueue(encoder.encode(text));
              },
              end() {
                if (isOver) return;
                stop();
                out.close();
              },
            };
            const others = byTask.get(task) ?? new Set();
            byTask.set(task, others.add(follower));
            follower.say(eventOf(resultMessage(rpcId, resultJson)));
          },
          cancel: () => stop(),
        },
        new ByteLengthQueuingStrategy({ highWaterMark: MAX_WAITING_BYTES }),
      );
    },
    publish(task, resultJson) {
      for (const follower of all(task)) follower.say(eventOf(resultMessage(follower.rpcId, resultJson)));
    },
    fail(task, rejection, callId) {
      for (const follower of all(task)) {
        follower.say(eventOf(JSON.stringify(refusalMessage(follower.rpcId, rejection, callId))));
        follower.end();
      }
    },
    end(task) {
      for (const follower of all(task)) follower.end();
    },
    isFollowed: (task) => byTask.has(task),
    endAll() {
      for (const task of byTask.keys()) for (const follower of all(task)) follower.end();
    },
  };
}

function eventOf(data: string): string {
  return formatEvent({ data });
}
