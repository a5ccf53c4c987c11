// What the scanner carries along its one pass. Its stack is a list and not the call stack, so that no depth of nesting
// can exhaust the latter.
import { ScanFault } from './fault.ts';
import { type Names, type NameStack, readName } from './names.ts';
import { joinPath, type Shape } from './shape.ts';
import type { Source } from './source.ts';
import type {
  Container,
  InexactNumber,
  Member,
  ScanError,
  ScanErrorCode,
  ScanOptions,
  Span,
} from './types.ts';

const MAX_FAULTS = 1000;

/** An object or array that is open. */
export interface Frame extends Names {
  readonly isObject: boolean;
  readonly start: number;
  /** What is of interest here; null for most. */
  readonly shape: Shape | null;
  readonly path: string;
  readonly members: Map<string, Member> | null;
  readonly items: Span[] | null;
  /** The unescaped name of the member that is being read, where the frame is of interest. */
  name: string;
  /** Where the value that is being read starts. */
  valueStart: number;
  /** Index of the item that is being read; -1 before the first. */
  index: number;
}

export interface State {
  readonly source: Source;
  readonly bytes: Uint8Array;
  readonly shape: Shape;
  readonly options: ScanOptions;
  readonly frames: Frame[];
  readonly names: NameStack;
  readonly containers: Map<string, Container>;
  readonly inexact: InexactNumber[];
  readonly faults: ScanError[];
  at: number;
  keys: number;
  items: number;
}

export function startState(source: Source, shape: Shape, options: ScanOptions): State {
  return {
    source,
    bytes: source.bytes,
    shape,
    options,
    frames: [],
    names: [],
    containers: new Map(),
    inexact: [],
    faults: [],
    at: 0,
    keys: 0,
    items: 0,
  };
}

/** Reports what leaves the text readable: refused at once, or listed for a tolerant caller. */
export function report(state: State, code: ScanErrorCode, offset: number, message: string): void {
  const fault = new ScanFault(code, offset, message);
  if (!state.options.tolerant || state.faults.length === MAX_FAULTS) throw fault;
  state.faults.push(fault.error);
}

/** Enters the object or array whose bracket is at `state.at`. */
export function openFrame(state: State, outer: Frame | undefined, isObject: boolean): Frame {
  const { frames, options } = state;
  const shape = outer === undefined ? state.shape : innerShape(outer);
  const frame: Frame = {
    isObject,
    start: state.at,
    shape,
    path:
      shape === null || outer === undefined
        ? ''
        : joinPath(outer.path, outer.isObject ? outer.name : outer.index),
    members: shape !== null && isObject ? new Map() : null,
    items: shape !== null && !isObject ? [] : null,
    base: state.names.length,
    set: null,
    nameStart: 0,
    nameEnd: 0,
    isNameEscaped: false,
    name: '',
    valueStart: 0,
    index: -1,
  };
  frames.push(frame);
  if (frames.length === options.maxDepth + 1) {
    report(state, 'too_deep', state.at, `the text is nested more than ${options.maxDepth} levels deep`);
  }
  state.at++;
  return frame;
}

/** Leaves `frame` by the bracket at `state.at` and answers with the frame around it. */
export function closeFrame(state: State, frame: Frame): Frame | undefined {
  const end = ++state.at;
  state.names.length = frame.base;
  state.frames.pop();
  if (frame.shape !== null) {
    const { isObject, start, members, items } = frame;
    state.containers.set(frame.path, {
      kind: isObject ? 'object' : 'array',
      start,
      end,
      members: members ?? NO_MEMBERS,
      items: items ?? NO_ITEMS,
    });
  }
  const outer = state.frames[state.frames.length - 1];
  if (outer !== undefined) noteValue(outer, end);
  return outer;
}

/** Notes that the value that is being read in `frame` ends here. */
export function noteValue(frame: Frame, end: number): void {
  const start = frame.valueStart;
  if (frame.members !== null) frame.members.set(frame.name, { start, end, nameStart: frame.nameStart - 1 });
  else if (frame.items !== null) frame.items.push({ start, end });
}

/** Member names and indexes from the root to the value that is being read. */
export function pathToHere(state: State): (string | number)[] {
  return state.frames.map((frame) => (frame.isObject ? readName(state.source, frame) : frame.index));
}

const NO_ITEMS: readonly Span[] = [];
const NO_MEMBERS: ReadonlyMap<string, Member> = new Map();

function innerShape(outer: Frame): Shape | null {
  if (outer.shape === null) return null;
  return (outer.isObject ? outer.shape.children.get(outer.name) : outer.shape.each) ?? null;
}
