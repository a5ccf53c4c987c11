// One pass over the bytes of a JSON text, in a loop and never by recursion: checks the grammar of RFC 8259 and what a
// reader might see differently from another (audit-log 6.3, protocols 1.4), and notes where the parts of interest stand.
import { ScanFault } from './fault.ts';
import { scanName } from './scan-name.ts';
import { scanNumber } from './scan-number.ts';
import type { Shape } from './shape.ts';
import type { Source } from './source.ts';
import { closeFrame, type Frame, noteValue, openFrame, startState, type State } from './state.ts';
import { endOfString } from './strings.ts';
import { endOfLiteral, skipSpace, unexpected } from './tokens.ts';
import type { ScanOptions } from './types.ts';

const OBJECT = 0x7b;
const OBJECT_END = 0x7d;
const ARRAY = 0x5b;
const ARRAY_END = 0x5d;
const COMMA = 0x2c;

/** Walks a text that is known to be UTF-8. Throws ScanFault. */
export function walk(source: Source, shape: Shape, options: ScanOptions): State {
  const { bytes } = source;
  const state = startState(source, shape, options);
  state.at = skipSpace(bytes, 0);
  requireObject(bytes, state.at);
  let frame: Frame | undefined = openFrame(state, undefined, true);
  let isFirst = true;
  while (frame !== undefined) {
    // Here: after an opening bracket (isFirst), or after a complete value.
    state.at = skipSpace(bytes, state.at);
    if (bytes[state.at] === (frame.isObject ? OBJECT_END : ARRAY_END)) {
      frame = closeFrame(state, frame);
      isFirst = false;
      continue;
    }
    if (!isFirst) scanComma(state, frame);
    if (frame.isObject) scanName(state, frame);
    else countItem(state, frame);
    frame.valueStart = state.at;
    const byte = bytes[state.at];
    isFirst = byte === OBJECT || byte === ARRAY;
    if (isFirst) {
      frame = openFrame(state, frame, byte === OBJECT);
    } else {
      scanScalar(state, byte);
      noteValue(frame, state.at);
    }
  }
  state.at = skipSpace(bytes, state.at);
  if (state.at !== bytes.length) {
    throw new ScanFault('trailing_data', state.at, 'the text goes on after its JSON object');
  }
  return state;
}

/** What begins with none of these, nor with a bracket, is no JSON at all. */
const SCALAR_STARTS: ReadonlySet<number> = new Set(Buffer.from('"-0123456789tfn'));

function requireObject(bytes: Uint8Array, at: number): void {
  switch (bytes[at]) {
    case OBJECT:
      return;
    case ARRAY:
      throw new ScanFault('batch', at, 'the text is an array: send one message at a time');
    case undefined:
      throw new ScanFault('empty', at, 'the text is empty');
    default:
      if (!SCALAR_STARTS.has(bytes[at] ?? 0)) throw unexpected(bytes, at, 'a JSON object');
      throw new ScanFault('not_an_object', at, 'the text is not a JSON object');
  }
}

function scanComma(state: State, frame: Frame): void {
  const { bytes, at } = state;
  if (bytes[at] !== COMMA) throw unexpected(bytes, at, frame.isObject ? 'a comma or `}`' : 'a comma or `]`');
  state.at = skipSpace(bytes, at + 1);
}

function countItem(state: State, frame: Frame): void {
  frame.index++;
  if (++state.items > state.options.maxItems) {
    throw new ScanFault(
      'too_many_items',
      state.at,
      `the text has more than ${state.options.maxItems} array items`,
    );
  }
}

function scanScalar(state: State, first: number | undefined): void {
  const { bytes, at } = state;
  switch (first) {
    case 0x22:
      state.at = endOfString(state, at + 1);
      return;
    case 0x74:
      state.at = endOfLiteral(bytes, at, 'true');
      return;
    case 0x66:
      state.at = endOfLiteral(bytes, at, 'false');
      return;
    case 0x6e:
      state.at = endOfLiteral(bytes, at, 'null');
      return;
    default:
      scanNumber(state);
  }
}
