// Changes parts of a JSON text by byte range, and nothing else of it: what policy saw is what is sent, but for a closed
// list of rewrites (DESIGN section 5). Works on the ranges that `scan` reported for the very same bytes. Pure.
import type { Container, Member, Span } from './types.ts';

/** Replaces the bytes of a range (an insertion where it is empty). */
export interface Edit extends Span {
  readonly text: string;
}

/**
 * The bytes with all edits made; every byte outside their ranges is kept.
 *
 * @param edits in any order; throws RangeError if two of them overlap, since one of them would be lost.
 */
export function splice(bytes: Uint8Array, edits: readonly Edit[]): Uint8Array {
  const inserted = edits
    .map((edit) => ({ ...edit, bytes: Buffer.from(edit.text) }))
    .toSorted((a, b) => a.start - b.start || a.end - b.end);
  const grown = inserted.reduce((sum, edit) => sum + edit.bytes.length - (edit.end - edit.start), 0);
  const out = new Uint8Array(bytes.length + grown);
  let from = 0;
  let to = 0;
  for (const edit of inserted) {
    if (edit.start < from || edit.end < edit.start || edit.end > bytes.length) {
      throw new RangeError(
        `the edit of bytes ${edit.start} to ${edit.end} overlaps another or leaves the text`,
      );
    }
    out.set(bytes.subarray(from, edit.start), to);
    to += edit.start - from;
    out.set(edit.bytes, to);
    to += edit.bytes.length;
    from = edit.end;
  }
  out.set(bytes.subarray(from), to);
  return out;
}

/** Puts another value in the place of one. @param json JSON text, as JSON.stringify gives it. */
export function replaceValue(value: Span, json: string): Edit {
  return { start: value.start, end: value.end, text: json };
}

/**
 * Sets and removes members of one object: all changes to one object must be made in one call, since its commas are
 * shared. A name that is there keeps its place; a new one goes last; a name to remove that is not there is ignored.
 *
 * @param changes by unescaped name: JSON text to set, null to remove.
 */
export function editMembers(object: Container, changes: ReadonlyMap<string, string | null>): Edit[] {
  const present = [...object.members];
  const edits = removeParts(
    object,
    present.map(([, member]) => partOf(member)),
    (i) => {
      return changes.get((present[i] as (typeof present)[number])[0]) === null;
    },
  );
  const added: string[] = [];
  for (const [name, json] of changes) {
    if (json === null) continue;
    const member = object.members.get(name);
    if (member === undefined) added.push(`${JSON.stringify(name)}:${json}`);
    else edits.push(replaceValue(member, json));
  }
  if (added.length > 0) {
    const isLeftEmpty = present.every(([name]) => changes.get(name) === null);
    const last = present.at(-1)?.[1].end ?? object.start + 1;
    edits.push({ start: last, end: last, text: (isLeftEmpty ? '' : ',') + added.join(',') });
  }
  return edits;
}

/** Removes items of an array; those that stay keep their order and their bytes. */
export function removeItems(array: Container, isRemoved: (index: number) => boolean): Edit[] {
  return removeParts(array, array.items, isRemoved);
}

function partOf(member: Member): Span {
  return { start: member.nameStart, end: member.end };
}

// Each run of removed parts goes with the commas after it, or, at the end, with the comma before it.
function removeParts(
  container: Container,
  parts: readonly Span[],
  isRemoved: (index: number) => boolean,
): Edit[] {
  const edits: Edit[] = [];
  for (let i = 0; i < parts.length; i++) {
    if (!isRemoved(i)) continue;
    const first = i;
    while (i + 1 < parts.length && isRemoved(i + 1)) i++;
    const next = parts[i + 1];
    const before = parts[first - 1];
    const start = next === undefined ? (before?.end ?? container.start + 1) : (parts[first] as Span).start;
    edits.push({ start, end: next?.start ?? (parts[i] as Span).end, text: '' });
  }
  return edits;
}
