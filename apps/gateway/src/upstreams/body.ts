// Reads an answer that must be inspected as a whole: never more of it than the limit.
import { ok, refuse, type Result } from '../errors.ts';

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
    const why = error instanceof Error ? error.message : String(error);
    return refuse(
      'upstream_unavailable',
      `the answer broke off after ${length} bytes: ${why}`,
      'the answer of the server behind this gateway broke off',
    );
  }
  const [only] = chunks;
  return ok(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, length));
}

function tooLarge(maxBytes: number): Result<never> {
  return refuse(
    'upstream_invalid',
    `the answer is larger than ${maxBytes} bytes`,
    'the server behind this gateway gave an answer that is too large to relay',
  );
}
