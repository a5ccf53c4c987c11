// Finds a name given twice in one object, comparing names as they read after unescaping. Most objects have few names
// without escapes: those are compared by hash and bytes in place, the rest by a set of strings.
import { type Source, sliceSource } from './source.ts';

/** Where a name stands in the text, without its quotes. */
export interface NameSpan {
  nameStart: number;
  nameEnd: number;
  isNameEscaped: boolean;
}

/** The names of one open object, with the one that was read last. */
export interface Names extends NameSpan {
  /** Where this object's names start on the stack. */
  readonly base: number;
  /** Holds all of its names once there are many, or one has an escape. */
  set: Set<string> | null;
}

/** Names of the objects that are open, three numbers each (start, end, hash), innermost object last. */
export type NameStack = number[];

const FEW = 16;

/** Notes the object's newest name and says whether the object had it already. */
export function isNameTaken(source: Source, stack: NameStack, names: Names, hash: number): boolean {
  const { nameStart, nameEnd } = names;
  if (names.set === null && !names.isNameEscaped && stack.length - names.base < FEW * 3) {
    for (let i = names.base; i < stack.length; i += 3) {
      if (
        stack[i + 2] === hash &&
        isSame(source.bytes, stack[i] as number, stack[i + 1] as number, nameStart, nameEnd)
      ) {
        return true;
      }
    }
    stack.push(nameStart, nameEnd, hash);
    return false;
  }
  names.set ??= namesSoFar(source, stack, names.base);
  const name = readName(source, names);
  if (names.set.has(name)) return true;
  names.set.add(name);
  return false;
}

/** The name as it reads after unescaping. */
export function readName(source: Source, name: NameSpan): string {
  const text = sliceSource(source, name.nameStart, name.nameEnd);
  return name.isNameEscaped ? (JSON.parse(`"${text}"`) as string) : text;
}

function namesSoFar(source: Source, stack: NameStack, base: number): Set<string> {
  const set = new Set<string>();
  for (let i = base; i < stack.length; i += 3) {
    set.add(sliceSource(source, stack[i] as number, stack[i + 1] as number));
  }
  return set;
}

function isSame(bytes: Uint8Array, aStart: number, aEnd: number, bStart: number, bEnd: number): boolean {
  if (aEnd - aStart !== bEnd - bStart) return false;
  for (let i = 0; i < aEnd - aStart; i++) {
    if (bytes[aStart + i] !== bytes[bStart + i]) return false;
  }
  return true;
}
