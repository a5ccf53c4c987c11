// Writes lines to a process, one after the other and at the pace at which it reads. What was handed to the pipe may have been
// read, whole or in part; what still waited has not.
import type { Writable } from 'node:stream';
import type { Result } from '../../errors.ts';
import { callerGone, type SendFailure } from '../failures.ts';
import { unavailable } from '../duplex/replies.ts';

export interface LineWriter {
  write(line: Uint8Array, signal: AbortSignal): Promise<Result<void, SendFailure>>;
  /** Nothing more can be written. @param why what becomes of a line that was already on its way. */
  end(why: SendFailure): void;
}

interface Waiting {
  readonly line: Uint8Array;
  readonly settle: (result: Result<void, SendFailure>) => void;
}

/** Lines that wait for a process which does not read. */
const MAX_WAITING_BYTES = 32 * 1024 * 1024;
const NEWLINE = Uint8Array.of(0x0a);

export function createLineWriter(stdin: Writable, server: string): LineWriter {
  const waiting = new Set<Waiting>();
  let bytes = 0;
  let current: Waiting | null = null;
  let ended: SendFailure | null = null;

  function next(): void {
    const [first] = waiting;
    if (current !== null || first === undefined || ended !== null) return;
    waiting.delete(first);
    bytes -= first.line.byteLength;
    current = first;
    stdin.write(Buffer.concat([first.line, NEWLINE]), (error) => {
      current = null;
      // An error is followed by the end of the process or of its pipe, which says more.
      if (error === null || error === undefined) first.settle({ ok: true, value: undefined });
      else first.settle({ ok: false, error: ended ?? broken(server, error) });
      next();
    });
  }

  return {
    write(line, signal) {
      if (ended !== null) return Promise.resolve({ ok: false, error: { ...ended, isSent: false } });
      if (bytes + line.byteLength > MAX_WAITING_BYTES && bytes > 0)
        return Promise.resolve({ ok: false, error: unavailable(server, 'it does not read', NOT_READING) });
      const { promise, resolve } = Promise.withResolvers<Result<void, SendFailure>>();
      const one: Waiting = { line, settle: resolve };
      const giveUp = (): void => {
        if (!waiting.delete(one)) return;
        bytes -= line.byteLength;
        resolve({ ok: false, error: callerGone(server, false) });
      };
      waiting.add(one);
      bytes += line.byteLength;
      if (signal.aborted) giveUp();
      signal.addEventListener('abort', giveUp, { once: true });
      next();
      return promise.finally(() => signal.removeEventListener('abort', giveUp));
    },
    end(why) {
      ended ??= why;
      for (const { settle } of waiting) settle({ ok: false, error: { ...ended, isSent: false } });
      waiting.clear();
      bytes = 0;
      current?.settle({ ok: false, error: ended });
    },
  };
}

const NOT_READING = 'the server behind this gateway takes nothing at the moment: try again later';

function broken(server: string, error: Error): SendFailure {
  return {
    code: 'upstream_unavailable',
    reason: `\`${server}\` does not read any more: ${error.message}`,
    message: 'the connection to the server behind this gateway broke: the call may have been carried out',
    isSent: true,
  };
}
