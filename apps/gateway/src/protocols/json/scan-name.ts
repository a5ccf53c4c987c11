// Reads a member's name and its colon, and guards what a name could hide: a member given twice, a prototype, and a
// name that only some readers take for one that matters.
import { controlCharacter, quoted, ScanFault } from './fault.ts';
import { isNameTaken, readName } from './names.ts';
import { type Frame, report, type State } from './state.ts';
import { endOfEscape } from './strings.ts';
import { skipSpace, unexpected } from './tokens.ts';

const QUOTE = 0x22;
const COLON = 0x3a;
const PROTO = '__proto__';

/** Reads up to the value. */
export function scanName(state: State, frame: Frame): void {
  const { bytes, at } = state;
  if (bytes[at] !== QUOTE) throw unexpected(bytes, at, 'a member name');
  const hash = readSpan(state, frame, at + 1);
  if (++state.keys > state.options.maxKeys) {
    throw new ScanFault('too_many_keys', at, `the text has more than ${state.options.maxKeys} member names`);
  }
  if (isNameTaken(state.source, state.names, frame, hash)) {
    report(state, 'duplicate_key', at, `the member ${quoted(readName(state.source, frame))} is given twice`);
  }
  const isSuspect = frame.isNameEscaped || frame.nameEnd - frame.nameStart === PROTO.length;
  if (isSuspect || frame.shape !== null) guardName(state, frame, at);
  const colon = skipSpace(bytes, frame.nameEnd + 1);
  if (bytes[colon] !== COLON) throw unexpected(bytes, colon, 'a colon');
  state.at = skipSpace(bytes, colon + 1);
}

function readSpan(state: State, frame: Frame, start: number): number {
  const { bytes } = state;
  const { length } = bytes;
  let hash = 0;
  let at = start;
  frame.isNameEscaped = false;
  frame.nameStart = start;
  while (at < length) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) {
      frame.nameEnd = at;
      return hash;
    }
    if (byte < 0x20) throw controlCharacter(byte, at);
    if (byte === 0x5c) {
      frame.isNameEscaped = true;
      at = endOfEscape(state, at);
    } else {
      hash = (Math.imul(hash, 31) + byte) | 0;
      at++;
    }
  }
  throw new ScanFault('syntax', length, 'the text ends inside a string');
}

function guardName(state: State, frame: Frame, at: number): void {
  const name = readName(state.source, frame);
  if (name === PROTO) report(state, 'forbidden_key', at, 'the member name `__proto__` is not accepted');
  const { shape } = frame;
  if (shape === null) return;
  frame.name = name;
  if (shape.folded.size > 0 && !shape.known.has(name) && shape.folded.has(shape.fold(name))) {
    report(
      state,
      'ambiguous_key',
      at,
      `the member name ${quoted(name)} is too close to one that has a meaning here`,
    );
  }
}
