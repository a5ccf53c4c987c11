// Reads a bundle as a stream of lines. The file may come from anybody: everything is bounded, only canonical text is
// taken, and what is wrong is a value that names the line. It proves nothing yet.

import { fromUtf8 } from '../bytes.ts';
import { createLineDigest } from './digest.ts';
import { createOrder } from './order.ts';
import { lineProblem } from './shape.ts';
import { BUNDLE_LIMITS, type BundleLimits, type BundleLine } from './types.ts';

const LINE_BREAK = 0x0a;

export type BundleChunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export type BundleProblemCode =
  | 'bundle_malformed'
  | 'bundle_too_large'
  | 'bundle_truncated'
  | 'bundle_altered';

/** A line, or why the file cannot be read on; nothing follows a problem. */
export type ReadLine =
  | { readonly ok: true; readonly line: BundleLine; readonly bytes: number }
  | { readonly ok: false; readonly code: BundleProblemCode; readonly message: string };

/** Every line of a bundle. Yields a problem, last, where the file is not a whole bundle. */
export async function* readBundle(
  chunks: BundleChunks,
  limits: BundleLimits = BUNDLE_LIMITS,
): AsyncGenerator<ReadLine, void> {
  const digest = createLineDigest();
  const order = createOrder();
  let number = 0;
  let isEnded = false;
  for await (const bytes of splitLines(chunks, limits)) {
    number += 1;
    const problem = (code: BundleProblemCode, message: string): ReadLine => ({
      ok: false,
      code,
      message: `line ${number}: ${message}`,
    });
    if (typeof bytes === 'string') {
      const code = bytes === CUT_OFF ? 'bundle_truncated' : 'bundle_too_large';
      yield problem(code, bytes);
      return;
    }
    const line = parseLine(bytes);
    const wrong = typeof line === 'string' ? line : order.problem(line);
    if (wrong !== null || typeof line === 'string') {
      yield problem('bundle_malformed', wrong ?? 'it cannot be read');
      return;
    }
    if (line.type === 'end') {
      const altered = endProblem(line, {
        digest: digest.value(),
        entries: order.entries(),
        lines: number - 1,
      });
      if (altered !== null) {
        yield problem('bundle_altered', altered);
        return;
      }
      isEnded = true;
    } else digest.add(bytes);
    yield { ok: true, line, bytes: bytes.length };
  }
  if (!isEnded) {
    yield {
      ok: false,
      code: 'bundle_truncated',
      message:
        number === 0 ? 'the bundle is empty' : `the bundle ends after line ${number} without an \`end\` line`,
    };
  }
}

/** The line that `bytes` stand for, or what is wrong with them. */
function parseLine(bytes: Uint8Array): BundleLine | string {
  const text = fromUtf8(bytes);
  if (text === null) return 'it is not valid UTF-8';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'it is not JSON';
  }
  const problem = lineProblem(value);
  if (problem !== null) return problem;
  // SECURITY: doubled members, white space and other escapes parse, too; none prints as it was read.
  return JSON.stringify(value) === text ? (value as BundleLine) : 'it is not in canonical form (RFC 8785)';
}

function endProblem(
  end: { readonly digest: string; readonly entries: number; readonly lines: number },
  found: { readonly digest: string; readonly entries: number; readonly lines: number },
): string | null {
  if (end.lines !== found.lines || end.entries !== found.entries)
    return `${end.lines} lines with ${end.entries} entries were written, but ${found.lines} with ${found.entries} are here`;
  return end.digest === found.digest ? null : 'the lines are not those that were written';
}

const CUT_OFF = 'it is cut off: no line break follows';

/** Lines without their line breaks; a text instead of one says why there are no more. */
async function* splitLines(
  chunks: BundleChunks,
  { lineBytes, totalBytes, lines }: BundleLimits,
): AsyncGenerator<Uint8Array | string, void> {
  let parts: Uint8Array[] = [];
  let length = 0;
  let total = 0;
  let count = 0;
  for await (const chunk of chunks) {
    total += chunk.length;
    if (total > totalBytes) {
      yield `the bundle is larger than ${totalBytes} bytes`;
      return;
    }
    for (let start = 0; start < chunk.length; ) {
      const end = chunk.indexOf(LINE_BREAK, start);
      const part = chunk.subarray(start, end < 0 ? chunk.length : end);
      length += part.length;
      if (length > lineBytes) {
        yield `it is longer than ${lineBytes} bytes`;
        return;
      }
      parts.push(part);
      if (end < 0) break;
      count += 1;
      if (count > lines) {
        yield `the bundle has more than ${lines} lines`;
        return;
      }
      yield parts.length === 1 ? part : joined(parts, length);
      parts = [];
      length = 0;
      start = end + 1;
    }
  }
  if (length > 0) yield CUT_OFF;
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
