// A `fetch` that notes what the gateway said of each call in the headers of its answers, for clients that do not show them.

export interface Heard {
  readonly status: number;
  readonly type: string;
  readonly call: string | null;
  readonly receipt: string | null;
}

export interface Listening {
  readonly fetch: typeof fetch;
  /** Answers to calls that were decided one by one, oldest first; takes them off. */
  take(): readonly Heard[];
}

export function listening(): Listening {
  let heard: Heard[] = [];
  return {
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      const { headers, status } = response;
      heard.push({
        status,
        type: headers.get('content-type')?.split(';')[0] ?? '',
        call: headers.get('countersign-call'),
        receipt: headers.get('countersign-receipt'),
      });
      return response;
    },
    take() {
      const taken = heard.filter(({ call, receipt }) => call !== null && receipt !== null);
      heard = [];
      return taken;
    },
  };
}
