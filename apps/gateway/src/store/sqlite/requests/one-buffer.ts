// Many byte strings in one piece of memory, which goes to another thread without being copied: each by itself would cost memory
// of its own there.

/** The pieces one after the other; nothing else is in their memory. */
export function inOneBuffer(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const piece of pieces) length += piece.length;
  const all = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
