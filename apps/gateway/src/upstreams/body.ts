// Reads an answer that must be inspected as a whole: never more of it than the limit.
import { ok, refuse, type Result } from '../errors.ts';
import { messageOf } from '../message-of.ts';

/** The beginning of an answer that is larger than what is held of one; the rest is still to come. */
export interface LargeHead {
  readonly chunks: readonly Uint8Array[];
  readonly reader: ReadableStreamDefaultReader<Uint8Array>;
}

export type Held =
  | { readonly whole: Uint8Array; readonly large: null }
  | { readonly whole: null; readonly large: LargeHead };

/** All bytes of `body`, or those that came first if they are more than `heldBytes`; a refusal if they break off before. */
export async function readHeld(body: ReadableStream<Uint8Array>, heldBytes: number): Promise<Result<Held>> {
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return ok({ whole: joined(chunks, length), large: null });
      length += value.length;
      chunks.push(value);
      if (length > heldBytes) return ok({ whole: null, large: { chunks, reader } });
    }
  } catch (error) {
    return brokenOff(length, error);
  }
}

/** All bytes of `body`, or a refusal if they are more than `maxBytes` or break off; then the rest is not read. */
export async function readCapped(
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
): Promise<Result<Uint8Array>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of body) {
      length += chunk.length;
      // Leaving the loop cancels the stream.
      if (length > maxBytes) return tooLarge(maxBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    return brokenOff(length, error);
  }
  return ok(joined(chunks, length));
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, length);
}

function brokenOff(length: number, error: unknown): Result<never> {
  const why = messageOf(error);
  return refuse(
    'upstream_unavailable',
    `the answer broke off after ${length} bytes: ${why}`,
    'the answer of the server behind this gateway broke off',
  );
}

function tooLarge(maxBytes: number): Result<never> {
  return refuse(
    'upstream_invalid',
    `the answer is larger than ${maxBytes} bytes`,
    'the server behind this gateway gave an answer that is too large to relay',
  );
}
