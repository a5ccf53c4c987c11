// The words of the strict JSON reader: what it is told to look for, what it finds, and how it refuses.

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/** A range of bytes: `start` inclusive, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The range of a member's value, and where its name (the opening quote) starts. */
export interface Member extends Span {
  readonly nameStart: number;
}

/** Where an object or an array of interest stands, brackets included, and where each of its parts does. */
export interface Container extends Span {
  readonly kind: 'object' | 'array';
  /** By unescaped name, in the order of the text; empty for an array. */
  readonly members: ReadonlyMap<string, Member>;
  /** Empty for an object. */
  readonly items: readonly Span[];
}

/** A number whose nearest double is another number, or an integer beyond 2^53-1: readers may disagree about it. */
export interface InexactNumber extends Span {
  /** Member names and array indexes from the root to it. */
  readonly path: readonly (string | number)[];
  readonly lexeme: string;
}

export type ScanErrorCode =
  | 'empty'
  | 'too_large'
  | 'bom'
  | 'invalid_utf8'
  /** The text is an array: a JSON-RPC batch, or no message at all. */
  | 'batch'
  | 'not_an_object'
  | 'syntax'
  | 'control_character'
  | 'trailing_data'
  | 'duplicate_key'
  /** Not a known name, but one to a reader that ignores case (or underscores, as ProtoJSON readers do). */
  | 'ambiguous_key'
  /** `__proto__`, which assignment turns into a prototype. */
  | 'forbidden_key'
  | 'lone_surrogate'
  | 'number_out_of_range'
  | 'inexact_number'
  | 'number_too_long'
  | 'too_deep'
  | 'too_many_keys'
  | 'too_many_items';

export interface ScanError {
  readonly code: ScanErrorCode;
  /** Byte offset of what was refused. */
  readonly offset: number;
  /** One sentence that may be shown to whoever sent the text. */
  readonly message: string;
}

export interface ScanOptions {
  readonly maxBytes: number;
  /** The root object is at depth 1. */
  readonly maxDepth: number;
  /** In the whole text. */
  readonly maxKeys: number;
  /** Array items in the whole text. */
  readonly maxItems: number;
  /**
   * What to do with inexact numbers below the root's own members; among those they are always refused. `ignore`: nobody asks
   * for numbers of this text, here nor there, and those too large for a reader are nothing to report either.
   */
  readonly inexactNumbers: 'record' | 'refuse' | 'ignore';
  /** Whether faults that leave the text readable are listed in `faults` and not refused: for text that is inspected
   * part by part, never for a text that is to be forwarded. */
  readonly tolerant: boolean;
}

export interface Scanned {
  readonly value: JsonObject;
  /** By path as the shape names it, with indexes for `*`; '' is the root. Only what is there. */
  readonly containers: ReadonlyMap<string, Container>;
  /** The first 32. */
  readonly inexact: readonly InexactNumber[];
  /** Empty unless tolerant. */
  readonly faults: readonly ScanError[];
}
