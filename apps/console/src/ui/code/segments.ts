// A whole text in the parts that are shown apart, with ranges that stand out: what the editor does a line at a time, for text that
// is only read. Pure.
import { nextToken, startState, type TokenKind } from './cedar-tokens.ts';
import type { Range } from './places.ts';

export interface Segment {
  readonly text: string;
  readonly kind: TokenKind;
  readonly isMarked: boolean;
}

/** The texts of all segments together are `text`. Ranges must not overlap. */
export function segmentsOf(text: string, marks: readonly Range[] = []): readonly Segment[] {
  const segments: Segment[] = [];
  for (const { from, to, kind } of tokensOf(text))
    for (const piece of cut(from, to, marks)) {
      const before = segments.at(-1);
      const part = text.slice(piece.from, piece.to);
      if (before !== undefined && before.kind === kind && before.isMarked === piece.isMarked)
        segments[segments.length - 1] = { ...before, text: before.text + part };
      else segments.push({ text: part, kind, isMarked: piece.isMarked });
    }
  return segments;
}

function* tokensOf(text: string): Generator<Range & { readonly kind: TokenKind }> {
  const state = startState();
  let start = 0;
  for (const line of text.split('\n')) {
    for (let at = 0; at < line.length; ) {
      const { to, kind } = nextToken(line, at, state);
      yield { from: start + at, to: start + to, kind };
      at = to;
    }
    start += line.length;
    if (start < text.length)
      yield { from: start, to: start + 1, kind: state.isInString ? 'string' : 'plain' };
    start += 1;
  }
}

function cut(from: number, to: number, marks: readonly Range[]): (Range & { readonly isMarked: boolean })[] {
  const pieces: (Range & { readonly isMarked: boolean })[] = [];
  let at = from;
  for (const mark of marks) {
    const [begin, end] = [Math.max(mark.from, at), Math.min(mark.to, to)];
    if (begin >= end) continue;
    if (begin > at) pieces.push({ from: at, to: begin, isMarked: false });
    pieces.push({ from: begin, to: end, isMarked: true });
    at = end;
  }
  if (at < to) pieces.push({ from: at, to, isMarked: false });
  return pieces;
}
