// Writes a bundle line by line, and refuses lines out of order: what this writes, `read.ts` reads. It decides nothing
// about what goes in.

import { type CanonicalValue, canonicalJson } from '../canonical.ts';
import { createLineDigest } from './digest.ts';
import { createOrder } from './order.ts';
import { lineProblem } from './shape.ts';
import type { BodyLine } from './types.ts';

export interface BundleWriter {
  /** The text of a line, with its line break. Throws a TypeError for one that no reader would take: a bug in the caller. */
  readonly line: (line: BodyLine) => string;
  /** The last line. */
  readonly end: () => string;
}

export function createBundleWriter(): BundleWriter {
  const digest = createLineDigest();
  const order = createOrder();
  const emit = (line: object): string => {
    const text = canonicalJson(line as CanonicalValue);
    const problem = lineProblem(JSON.parse(text)) ?? order.problem(line as BodyLine);
    if (problem !== null) throw new TypeError(`this is no line of a bundle here: ${problem}`);
    return text;
  };
  return {
    line: (line) => {
      const text = emit(line);
      digest.add(text);
      return `${text}\n`;
    },
    end: () =>
      `${emit({ type: 'end', digest: digest.value(), entries: order.entries(), lines: order.lines() })}\n`,
  };
}
