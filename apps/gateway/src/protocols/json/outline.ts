// The outline of a JSON object that is too large to be held: which members it and one of its members have, read from the bytes
// as they pass, in constant memory. It is stricter than a reader must be, and never more lenient: what one reader takes for a
// comment, a second member of one name or the end of the text, another could take for something else.
import { TextDecoder } from 'node:util';

/** A member at the first level, or at the second level of the member that is looked into. */
export interface OutlineMember {
  /** JSON text of a scalar of at most 256 bytes; null for what is longer, or no scalar. */
  readonly scalar: string | null;
  readonly kind: 'scalar' | 'object' | 'array';
}

export interface Outline {
  readonly members: ReadonlyMap<string, OutlineMember>;
  /** Empty unless the member that is looked into is an object. */
  readonly within: ReadonlyMap<string, OutlineMember>;
}

/** What passed is no JSON object that all readers read alike. */
export class OutlineError extends Error {}

export interface OutlineReader {
  /** Throws OutlineError. */
  push(bytes: Uint8Array): void;
  /** After the last byte. Throws OutlineError. */
  end(): Outline;
}

const MAX_DEPTH = 512;
const MAX_CAPTURED = 256;
/** Of each of the two levels. */
const MAX_MEMBERS = 256;

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OBJECT, OBJECT_END, ARRAY, ARRAY_END] = [0x7b, 0x7d, 0x5b, 0x5d];

type Expected = 'name' | 'colon' | 'value' | 'comma';

/** @param lookInto the member at the first level whose own members are wanted, too. */
export function createOutline(lookInto: string): OutlineReader {
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const members = new Map<string, OutlineMember>();
  const within = new Map<string, OutlineMember>();
  /** Closing brackets of what is open. */
  const open: number[] = [];
  let isInString = false;
  let isEscaped = false;
  let isInScalar = false;
  let isOver = false;
  /** A bracket opened, and nothing stands behind it yet. */
  let isFresh = false;
  let expected: Expected = 'value';
  let captured: number[] | null = null;
  let isTooLong = false;
  let name = '';
  let isWithin = false;

  const level = (): Map<string, OutlineMember> | null => {
    if (open.length === 1) return members;
    return open.length === 2 && isWithin ? within : null;
  };

  function capture(): void {
    captured = level() === null ? null : [];
    isTooLong = false;
  }

  function add(byte: number): void {
    if (captured === null) return;
    if (captured.length < MAX_CAPTURED) captured.push(byte);
    else isTooLong = true;
  }

  function note(member: OutlineMember): void {
    const at = level();
    if (at === null) return;
    if (at.has(name)) throw new OutlineError('a member stands twice');
    if (at.size === MAX_MEMBERS) throw new OutlineError('it has too many members');
    at.set(name, member);
  }

  function endName(): void {
    expected = 'colon';
    if (captured === null) return;
    if (isTooLong) throw new OutlineError('the name of a member is too long');
    name = JSON.parse(Buffer.from(captured).toString('utf8')) as string;
    captured = null;
  }

  function endScalar(): void {
    isInScalar = false;
    expected = 'comma';
    const text = captured === null || isTooLong ? null : Buffer.from(captured).toString('utf8');
    captured = null;
    if (text !== null && !isScalar(text)) throw new OutlineError('there is something that is no value');
    note({ scalar: text, kind: 'scalar' });
  }

  function enter(byte: number): void {
    if (expected !== 'value') throw new OutlineError('a bracket opens where none may');
    if (open.length === 0 && byte !== OBJECT) throw new OutlineError('it is no object');
    if (open.length === MAX_DEPTH) throw new OutlineError('it is nested too deep');
    note({ scalar: null, kind: byte === OBJECT ? 'object' : 'array' });
    if (open.length === 1) isWithin = byte === OBJECT && name === lookInto;
    open.push(byte === OBJECT ? OBJECT_END : ARRAY_END);
    expected = byte === OBJECT ? 'name' : 'value';
    isFresh = true;
  }

  function leave(byte: number): void {
    if ((expected !== 'comma' && !isFresh) || open.pop() !== byte)
      throw new OutlineError('a bracket closes that was not opened');
    expected = 'comma';
    isFresh = false;
    isOver = open.length === 0;
  }

  function inString(byte: number): void {
    add(byte);
    if (isEscaped) isEscaped = false;
    else if (byte === BACKSLASH) isEscaped = true;
    else if (byte < 0x20) throw new OutlineError('a string holds a control character');
    else if (byte === QUOTE) {
      isInString = false;
      if (expected === 'name') endName();
      else endScalar();
    }
  }

  function step(byte: number): void {
    if (isInString) return inString(byte);
    const isSpace = byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
    if (isInScalar && (isSpace || byte === COMMA || byte === OBJECT_END || byte === ARRAY_END)) endScalar();
    if (isSpace) return;
    if (isOver) throw new OutlineError('the text goes on after its end');
    switch (byte) {
      case QUOTE:
        if (isInScalar || (expected !== 'name' && expected !== 'value'))
          throw new OutlineError('a string stands where none may');
        isInString = true;
        isFresh = false;
        capture();
        add(byte);
        return;
      case OBJECT:
      case ARRAY:
        if (isInScalar) throw new OutlineError('a bracket opens where none may');
        return enter(byte);
      case OBJECT_END:
      case ARRAY_END:
        return leave(byte);
      case COMMA:
        if (expected !== 'comma') throw new OutlineError('a comma stands where none may');
        expected = open.at(-1) === OBJECT_END ? 'name' : 'value';
        return;
      case COLON:
        if (expected !== 'colon') throw new OutlineError('a colon stands where none may');
        expected = 'value';
        return;
      default:
        if (!isInScalar) {
          if (expected !== 'value' || open.length === 0)
            throw new OutlineError('a value stands where none may');
          isInScalar = true;
          isFresh = false;
          capture();
        }
        if (!isScalarByte(byte)) throw new OutlineError('there is something that is no value');
        add(byte);
    }
  }

  return {
    push(bytes) {
      decode(utf8, bytes);
      for (let at = 0; at < bytes.length; at++) {
        // Most of a large text is within strings that nobody looks into.
        if (isInString && captured === null && !isEscaped) {
          while (at < bytes.length && isPlain(bytes[at] as number)) at++;
          if (at === bytes.length) return;
        }
        step(bytes[at] as number);
      }
    },
    end() {
      decode(utf8, null);
      if (!isOver) throw new OutlineError('the text ends too soon');
      return { members, within };
    },
  };
}

function decode(utf8: TextDecoder, bytes: Uint8Array | null): void {
  try {
    if (bytes === null) utf8.decode();
    else utf8.decode(bytes, { stream: true });
  } catch {
    throw new OutlineError('the text is not UTF-8');
  }
}

function isPlain(byte: number): boolean {
  return byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH;
}

/** Of numbers and of `true`, `false` and `null`. */
function isScalarByte(byte: number): boolean {
  const isDigit = byte >= 0x30 && byte <= 0x39;
  const isLetter = byte >= 0x61 && byte <= 0x7a;
  return isDigit || isLetter || byte === 0x2b || byte === 0x2d || byte === 0x2e || byte === 0x45;
}

function isScalar(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
