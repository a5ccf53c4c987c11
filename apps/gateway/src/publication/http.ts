// Requests to whoever holds checkpoints: bounded in time and size, never redirected, so that a broken or hostile one costs
// an attempt and nothing else.

export interface HttpAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: Uint8Array;
}

const TIMEOUT_MS = 10_000;

/** The answer, or a sentence on why there is none. */
export async function request(
  url: string,
  init: {
    readonly method?: string;
    readonly type?: string;
    readonly body?: string | Uint8Array<ArrayBuffer>;
    readonly headers?: Readonly<Record<string, string>>;
  },
  { maxBytes, signal }: { readonly maxBytes: number; readonly signal: AbortSignal },
): Promise<HttpAnswer | string> {
  try {
    const response = await fetch(url, {
      method: init.method ?? 'GET',
      ...(init.body === undefined ? {} : { body: init.body }),
      headers: { ...init.headers, ...(init.type === undefined ? {} : { 'content-type': init.type }) },
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const body = await read(response, maxBytes);
    if (body === null) return `its answer is longer than ${maxBytes} bytes`;
    return { status: response.status, type: response.headers.get('content-type') ?? '', body };
  } catch (error) {
    return describe(error);
  }
}

async function read({ body }: Response, maxBytes: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > maxBytes) return null;
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer';
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'no answer in time';
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : null;
  return code ?? (cause instanceof Error ? cause.message : error.message);
}
