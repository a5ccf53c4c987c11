// Cuts what a process writes into lines, and never keeps more of one than the limit: of a longer one, only what may tell whose
// answer it was going to be.

export interface LineEvents {
  /** A line without its line break; never empty. */
  readonly onLine: (line: Uint8Array) => void;
  /** A line that was longer than the limit; its first and its last bytes. */
  readonly onTooLong: (head: string, tail: string) => void;
}

const LF = 0x0a;
const CR = 0x0d;
/** Bytes of each end of a line that is too long. */
const ENDS = 512;

export function createLineSplitter(
  maxBytes: number,
  { onLine, onTooLong }: LineEvents,
): (chunk: Uint8Array) => void {
  let parts: Uint8Array[] = [];
  let length = 0;
  let head: string | null = null;
  let tail: Uint8Array = new Uint8Array(0);

  function add(part: Uint8Array): void {
    if (head !== null) {
      tail = lastOf(Buffer.concat([tail, part.subarray(-ENDS)]));
      return;
    }
    parts.push(part);
    length += part.byteLength;
    if (length <= maxBytes) return;
    const all = Buffer.concat(parts, length);
    head = all.toString('utf8', 0, ENDS);
    tail = lastOf(all);
    parts = [];
    length = 0;
  }

  function end(): void {
    if (head !== null) {
      onTooLong(head, Buffer.from(tail).toString('utf8'));
      head = null;
      return;
    }
    const [only] = parts;
    const line = parts.length === 1 && only !== undefined ? only : Buffer.concat(parts, length);
    parts = [];
    length = 0;
    const text = line.at(-1) === CR ? line.subarray(0, -1) : line;
    if (text.byteLength > 0) onLine(text);
  }

  return (chunk) => {
    let from = 0;
    for (let at = chunk.indexOf(LF); at !== -1; at = chunk.indexOf(LF, from)) {
      add(chunk.subarray(from, at));
      from = at + 1;
      end();
    }
    if (from < chunk.byteLength) add(chunk.subarray(from));
  };
}

/** A copy: what it is the end of must not be kept. */
function lastOf(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes.subarray(-ENDS));
}

/**
 * The id of an answer of which only the ends are known, or which is nested or broken in a way that it cannot be read: as its
 * first member, or its last. The server may lie about it, but only about its own answers.
 */
export function idAtEdges(head: string, tail: string): number | string | null {
  const found = ID_FIRST.exec(head)?.[1] ?? ID_LAST.exec(tail)?.[1];
  if (found === undefined) return null;
  const id: unknown = JSON.parse(found);
  return typeof id === 'string' || Number.isSafeInteger(id) ? (id as number | string) : null;
}

const ID_FIRST =
  /^\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*(-?(?:0|[1-9]\d{0,15})|"[^"\\\p{Cc}]{0,200}")\s*,/u;
const ID_LAST =
  /,\s*"id"\s*:\s*(-?(?:0|[1-9]\d{0,15})|"[^"\\\p{Cc}]{0,200}")\s*(?:,\s*"jsonrpc"\s*:\s*"2\.0"\s*)?\}\s*$/u;
