// Bytes on their way from whoever has them to whoever takes them, chunk by chunk, without a promise or a queue between where
// none is needed: what passes in one turn of the event loop is written in that turn. Whoever knows nothing of it sees a web
// stream; a stream of anybody else's can be taken the same way.

/** Takes the bytes. Called only while it wants them, and nothing is called after `end` or `fail`. Must not throw. */
export interface Sink {
  data(bytes: Uint8Array): void;
  end(): void;
  fail(error: unknown): void;
  /** Nothing more comes in this turn of the event loop. */
  flush?(): void;
}

/** What a sink says to whoever has the bytes. It begins paused. */
export interface Flow {
  pause(): void;
  resume(): void;
  /** Nothing more is wanted, nor told. */
  cancel(reason: unknown): Promise<void>;
}

/** The end of whoever has the bytes. */
export interface Outlet {
  /** The bytes as a web stream: reads no further than its reader does. */
  readonly stream: ReadableStream<Uint8Array>;
  /** Whether somebody waits for bytes. */
  readonly isWanted: boolean;
  /** What nobody has taken yet: chunks, and bytes in them. */
  readonly waiting: { readonly chunks: number; readonly bytes: number };
  write(bytes: Uint8Array): void;
  /** Nothing more comes in this turn of the event loop: better now than at its end. */
  flush(): void;
  /** After what was written. */
  end(): void;
  /** After what was written. */
  fail(error: unknown): void;
}

export interface Producer {
  /** Somebody waits, and nothing is there. */
  wanted(): void;
  cancel(reason: unknown): Promise<void> | void;
}

type Open = (sink: Sink) => Flow;
type Ending = { readonly kind: 'ended' } | { readonly kind: 'failed'; readonly error: unknown };

const outlets = new WeakMap<ReadableStream<Uint8Array>, Open>();

export function createOutlet(producer: Producer): Outlet {
  const queue: Uint8Array[] = [];
  let bytes = 0;
  let sink: Sink | null = null;
  let isWanted = false;
  let isOver = false;
  let ending: Ending | null = null;

  /** What the sink wants now: each chunk may change that. */
  function taker(): Sink | null {
    return isWanted ? sink : null;
  }

  function deliver(): void {
    for (let to = taker(); to !== null && queue.length > 0; to = taker()) {
      const chunk = queue.shift() as Uint8Array;
      bytes -= chunk.byteLength;
      to.data(chunk);
    }
    const to = taker();
    if (to === null || isOver || ending === null) return;
    isOver = true;
    if (ending.kind === 'ended') to.end();
    else to.fail(ending.error);
  }

  function finish(how: Ending): void {
    ending ??= how;
    deliver();
  }

  const flow: Flow = {
    pause() {
      isWanted = false;
    },
    resume() {
      if (isWanted || isOver) return;
      isWanted = true;
      deliver();
      if (isWanted && ending === null) producer.wanted();
    },
    async cancel(reason) {
      if (isOver) return;
      isOver = true;
      isWanted = false;
      queue.length = 0;
      bytes = 0;
      await producer.cancel(reason);
    },
  };

  function open(taker: Sink): Flow {
    if (sink !== null) throw new TypeError('these bytes are taken already');
    sink = taker;
    return flow;
  }

  const stream = asStream(open);
  outlets.set(stream, open);
  return {
    stream,
    get isWanted() {
      return isWanted && queue.length === 0;
    },
    get waiting() {
      return { chunks: queue.length, bytes };
    },
    write(chunk) {
      if (isOver || ending !== null || chunk.byteLength === 0) return;
      if (isWanted && sink !== null && queue.length === 0) return sink.data(chunk);
      queue.push(chunk);
      bytes += chunk.byteLength;
    },
    flush: () => sink?.flush?.(),
    end: () => finish({ kind: 'ended' }),
    fail: (error) => finish({ kind: 'failed', error }),
  };
}

/** Whether the bytes of the stream can be had as they come. */
export function flows(stream: ReadableStream<Uint8Array>): boolean {
  return outlets.has(stream);
}

/** Takes the bytes of a stream, which nobody else can read from now on. Throws where somebody does already. */
export function openFlow(stream: ReadableStream<Uint8Array>, sink: Sink): Flow {
  const reader = stream.getReader();
  return outlets.get(stream)?.(sink) ?? readInto(sink, reader);
}

function asStream(open: Open): ReadableStream<Uint8Array> {
  let flow: Flow | null = null;
  const opened = (out?: ReadableStreamDefaultController<Uint8Array>): Flow =>
    open({
      data(chunk) {
        flow?.pause();
        out?.enqueue(chunk);
      },
      end: () => out?.close(),
      fail: (error) => out?.error(error),
    });
  return new ReadableStream<Uint8Array>(
    {
      pull(out) {
        flow ??= opened(out);
        flow.resume();
      },
      cancel(reason) {
        flow ??= opened();
        return flow.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

function readInto(sink: Sink, reader: ReadableStreamDefaultReader<Uint8Array>): Flow {
  let isWanted = false;
  let isReading = false;
  let isOver = false;
  /** What came of a read while the sink was paused. */
  let read: (() => void) | null = null;

  function settle(tell: () => void): void {
    isReading = false;
    read = tell;
    next();
  }

  function isOpen(): boolean {
    return isWanted && !isOver;
  }

  function next(): void {
    const tell = isOpen() ? read : null;
    if (tell !== null) {
      read = null;
      tell();
    }
    if (!isOpen() || isReading || read !== null) return;
    isReading = true;
    reader.read().then(
      ({ done, value }) => settle(done ? over(() => sink.end()) : () => sink.data(value)),
      (error: unknown) => settle(over(() => sink.fail(error))),
    );
  }

  const over = (tell: () => void) => (): void => {
    isOver = true;
    tell();
  };

  return {
    pause() {
      isWanted = false;
    },
    resume() {
      if (isWanted) return;
      isWanted = true;
      next();
    },
    async cancel(reason) {
      if (isOver) return;
      isOver = true;
      await reader.cancel(reason);
    },
  };
}
