// What an entry `log.redacted` says was destroyed: its detail `targets`, as docs/log-format.md defines it.
import { fromUtf8 } from '../bytes.ts';

/** The details `names` of every entry from `first` to `last`, both included; null: all that they had. */
export interface RedactedRange {
  readonly first: number;
  readonly last: number;
  readonly names: readonly string[] | null;
}

/** JSON: `[[first,last,["name",…]],[first,last,null],…]`. */
export function redactionText(ranges: readonly RedactedRange[]): string {
  return JSON.stringify(ranges.map(({ first, last, names }) => [first, last, names]));
}

/** Nothing for text that is not of this form: then it redacts nothing. */
export function readRedaction(value: Uint8Array): readonly RedactedRange[] {
  let ranges: unknown;
  try {
    ranges = JSON.parse(fromUtf8(value) ?? '');
  } catch {
    return [];
  }
  if (!Array.isArray(ranges)) return [];
  return ranges.flatMap((range: unknown) => {
    if (!Array.isArray(range) || range.length !== 3) return [];
    const [first, last, names] = range as readonly unknown[];
    if (!isIndex(first) || !isIndex(last) || first > last) return [];
    if (names !== null && !isNames(names)) return [];
    return [{ first, last, names }];
  });
}

/** Neighbouring entries of which the same was destroyed become one range. `targets` ascend by index. */
export function redactedRanges(
  targets: readonly { readonly index: number; readonly names: readonly string[] | null }[],
): readonly RedactedRange[] {
  const ranges: { first: number; last: number; names: readonly string[] | null }[] = [];
  for (const { index, names } of targets) {
    const before = ranges.at(-1);
    if (before?.last === index - 1 && String(before.names) === String(names)) before.last = index;
    else ranges.push({ first: index, last: index, names });
  }
  return ranges;
}

const isIndex = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

const isNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((name) => typeof name === 'string');
