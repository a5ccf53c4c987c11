// What the gateway says of a call in its response headers: its id, and the receipt of its decision.

export type Receipt = {
  /** `call_…`, or null if the answer carried none (not through a gateway). */
  readonly callId: string | null;
  readonly receipt: string | null;
};

type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/** A `fetch` that remembers the headers of the newest response which carried a call id. */
export function receiptHeaders(inner: Fetch = fetch): { fetch: Fetch; last(): Receipt } {
  let last: Receipt = { callId: null, receipt: null };
  return {
    fetch: async (url, init) => {
      const response = await inner(url, init);
      const callId = response.headers.get('countersign-call');
      if (callId !== null) last = { callId, receipt: response.headers.get('countersign-receipt') };
      return response;
    },
    last: () => last,
  };
}
