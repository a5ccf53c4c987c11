// Collects what is to be said about the sources of a set, each at its place, and stops saying it where nobody would read
// on: hostile text must not buy unbounded work.

import { type Lines, linesOf, type Position } from './lines.ts';
import type { Diagnostic, PolicySource } from './types.ts';

/** Errors after which the rest of a set is not looked at, and warnings after which only their number is told. */
const MAX_DIAGNOSTICS = 500;

/** A source with its lines at hand. */
export interface Numbered extends PolicySource {
  readonly lines: Lines;
}

export interface Report {
  /** An error at an offset of a source. */
  error(source: Numbered, offset: number, message: string, policy?: string): void;
  add(diagnostic: Diagnostic): void;
  /** So much is wrong that looking on would help nobody. */
  isFull(): boolean;
  hasErrors(): boolean;
  /** Errors, then warnings about policies that have none, by file, line and column; files in the order they were given in. */
  diagnostics(files: readonly string[]): Diagnostic[];
}

export function numbered(source: PolicySource): Numbered {
  return { ...source, lines: linesOf(source.text) };
}

/** Where an offset of a source is. */
export function placeIn({ file, lines }: Numbered, offset: number): Position & { readonly file: string } {
  return { file, ...lines.positionOf(offset) };
}

export function createReport(): Report {
  const errors: Diagnostic[] = [];
  const warnings: Diagnostic[] = [];
  let more = 0;
  const add = (diagnostic: Diagnostic): void => {
    const kept = diagnostic.severity === 'error' ? errors : warnings;
    if (kept.length < MAX_DIAGNOSTICS) kept.push(diagnostic);
    else more += 1;
  };
  return {
    add,
    error(source, offset, message, policy) {
      const of = policy === undefined ? {} : { policy };
      add({ severity: 'error', ...placeIn(source, offset), message, ...of });
    },
    isFull: () => errors.length >= MAX_DIAGNOSTICS,
    hasErrors: () => errors.length > 0,
    diagnostics(files) {
      const order = new Map(files.map((file, at) => [file, at]));
      const rank = ({ file }: Diagnostic): number => order.get(file) ?? files.length;
      const byPlace = (a: Diagnostic, b: Diagnostic): number =>
        rank(a) - rank(b) || a.line - b.line || a.column - b.column;
      // What is said of a policy that is wrong would be about another policy than the one that is meant.
      const wrong = new Set(errors.map(({ policy }) => policy).filter((id) => id !== undefined));
      const apt = warnings.filter(({ policy }) => policy === undefined || !wrong.has(policy));
      const all = [...errors.toSorted(byPlace), ...apt.toSorted(byPlace)];
      const last = all.at(-1);
      if (last !== undefined && errors.length >= MAX_DIAGNOSTICS) all.push(untold(last, 'error'));
      else if (last !== undefined && more > 0) all.push(untold(last, 'warning'));
      return all;
    },
  };

  function untold({ file, line, column }: Diagnostic, severity: Diagnostic['severity']): Diagnostic {
    const message =
      severity === 'error'
        ? `more than ${MAX_DIAGNOSTICS} things are wrong: correct these, then look again`
        : `${more} more warnings like these are not shown`;
    return { severity, file, line, column, message };
  }
}
