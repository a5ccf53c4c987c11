// Reads the event stream of one response, event by event, as it comes.

export interface EventReader {
  /** The next event with data, parsed; undefined at the end of the stream. Rejects when the stream breaks off. */
  next(): Promise<Message | undefined>;
  /** All that are left. */
  rest(): Promise<Message[]>;
  /** All bytes read so far, as text. */
  raw(): string;
  cancel(): Promise<void>;
}

export interface Message {
  readonly id?: string | number | null;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: ToolResult;
  readonly error?: {
    readonly code: number;
    readonly message: string;
    readonly data?: Readonly<Record<string, unknown>>;
  };
}

export interface ToolResult {
  readonly isError?: boolean;
  readonly content?: readonly { readonly type: string; readonly text: string }[];
  readonly structuredContent?: Readonly<Record<string, unknown>>;
  readonly _meta?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export function eventsOf(response: Response): EventReader {
  if (
    response.headers.get('content-type')?.startsWith('text/event-stream') !== true ||
    response.body === null
  )
    throw new Error(`no event stream: ${response.status} ${response.headers.get('content-type')}`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let all = '';
  let unread = '';

  const next = async (): Promise<Message | undefined> => {
    for (;;) {
      const end = /\r?\n\r?\n/.exec(unread);
      if (end === null) {
        const { done, value } = await reader.read();
        if (done) return undefined;
        all += value;
        unread += value;
        continue;
      }
      const event = unread.slice(0, end.index);
      unread = unread.slice(end.index + end[0].length);
      const data = event.split(/\r?\n/).flatMap((line) => (line.startsWith('data:') ? [line.slice(5)] : []));
      if (data.join('').trim() !== '') return JSON.parse(data.join('\n')) as Message;
    }
  };
  return {
    next,
    raw: () => all,
    async rest() {
      const events: Message[] = [];
      for (let event = await next(); event !== undefined; event = await next()) events.push(event);
      return events;
    },
    cancel: () => reader.cancel(),
  };
}
