// Requests to the identity provider: never redirected, never waited for longer than their time, never read beyond a size.
import type { CustomFetch } from 'openid-client';

const MAX_BYTES = 1024 * 1024;

export const boundedFetch: CustomFetch = async (url, options) => {
  const init: RequestInit = { method: options.method, headers: options.headers, redirect: 'manual' };
  if (options.body !== undefined) init.body = options.body as NonNullable<RequestInit['body']>;
  if (options.signal !== undefined) init.signal = options.signal;
  const response = await fetch(url, init);
  const bytes = await bounded(response, url);
  // These have no body, and a Response with one is not made.
  const body = [101, 204, 205, 304].includes(response.status) ? null : bytes;
  return new Response(body, { status: response.status, headers: response.headers });
};

async function bounded(response: Response, url: string): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BYTES)
      throw new TypeError(`the answer of \`${new URL(url).origin}\` is larger than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
