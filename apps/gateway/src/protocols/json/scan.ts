// Reads a JSON message so that what the gateway saw is what every other reader of the same bytes sees: the bytes are
// scanned strictly BEFORE they are parsed, and refused where readers could differ. Pure; see DESIGN section 5,
// protocols 1.4 and audit-log 6.3.
import { isAscii } from 'node:buffer';
import type { Result } from '../../errors.ts';
import { ScanFault } from './fault.ts';
import { ROOT_ONLY, type Shape } from './shape.ts';
import { openSource } from './source.ts';
import type { State } from './state.ts';
import type { JsonObject, ScanError, ScanErrorCode, Scanned, ScanOptions, Span } from './types.ts';
import { firstInvalidUtf8 } from './utf8.ts';
import { walk } from './walk.ts';

export const DEFAULT_SCAN: ScanOptions = {
  maxBytes: 4 * 1024 * 1024,
  maxDepth: 64,
  maxKeys: 10_000,
  maxItems: 100_000,
  inexactNumbers: 'record',
  tolerant: false,
};

/**
 * Scans and parses one JSON object.
 *
 * The value is JSON.parse's own: no member is called `__proto__`, no object has two members of one name, so it holds
 * neither less nor more than the text. Offsets and spans count from the start of `bytes`.
 */
export function scan(
  bytes: Uint8Array,
  shape: Shape = ROOT_ONLY,
  changes: Partial<ScanOptions> = DEFAULT_SCAN,
): Result<Scanned, ScanError> {
  return scanWith(bytes, shape, changes === DEFAULT_SCAN ? DEFAULT_SCAN : { ...DEFAULT_SCAN, ...changes });
}

/** As `scan`, for whoever reads a great many texts with the same options. */
export function scanWith(bytes: Uint8Array, shape: Shape, options: ScanOptions): Result<Scanned, ScanError> {
  if (bytes.length > options.maxBytes) {
    return refuseScan('too_large', options.maxBytes, `the text is larger than ${options.maxBytes} bytes`);
  }
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    return refuseScan('bom', 0, 'the text starts with a byte order mark: send plain UTF-8');
  }
  const isPlain = isAscii(bytes);
  const invalid = isPlain ? -1 : firstInvalidUtf8(bytes);
  if (invalid !== -1) return refuseScan('invalid_utf8', invalid, `the text is not UTF-8 at byte ${invalid}`);
  try {
    const source = openSource(bytes, isPlain);
    return { ok: true, value: new ScannedText(source.text, walk(source, shape, options)) };
  } catch (error) {
    if (error instanceof ScanFault) return { ok: false, error: error.error };
    throw error;
  }
}

/** Most of what only passes by is never asked for its value. */
class ScannedText implements Scanned {
  readonly containers: Scanned['containers'];
  readonly inexact: Scanned['inexact'];
  readonly faults: Scanned['faults'];
  readonly #text: string;
  #value: JsonObject | null = null;

  constructor(text: string, { containers, inexact, faults }: State) {
    this.#text = text;
    this.containers = containers;
    this.inexact = inexact;
    this.faults = faults;
  }

  get value(): JsonObject {
    this.#value ??= JSON.parse(this.#text) as JsonObject;
    return this.#value;
  }
}

/** The exact text of a part: number lexemes and escapes as they were sent. */
export function textOf(bytes: Uint8Array, span: Span): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + span.start, span.end - span.start).toString('utf8');
}

function refuseScan(code: ScanErrorCode, offset: number, message: string): Result<never, ScanError> {
  return { ok: false, error: { code, offset, message } };
}
