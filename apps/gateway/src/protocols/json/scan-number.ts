// Reads a number and judges whether every reader would hold the same one.
import { quoted, ScanFault } from './fault.ts';
import { numberFate } from './number.ts';
import { sliceSource } from './source.ts';
import { pathToHere, report, type State } from './state.ts';
import { endOfNumber } from './tokens.ts';

const MAX_BYTES = 1024;
const MAX_RECORDED = 32;

export function scanNumber(state: State): void {
  const { source, at: start, frames, inexact } = state;
  const end = endOfNumber(state.bytes, start);
  state.at = end;
  if (end - start > MAX_BYTES) {
    throw new ScanFault(
      'number_too_long',
      start,
      `a number is written with more than ${MAX_BYTES} characters`,
    );
  }
  // Nothing so short overflows, vanishes or loses a digit.
  if (end - start <= 4 || state.options.inexactNumbers === 'ignore') return;
  const lexeme = sliceSource(source, start, end);
  const fate = numberFate(lexeme);
  if (fate === 'exact') return;
  if (fate === 'overflow') {
    report(
      state,
      'number_out_of_range',
      start,
      `the number ${quoted(lexeme)} is too large for a reader to hold`,
    );
  } else if (frames.length === 1 || state.options.inexactNumbers === 'refuse') {
    report(
      state,
      'inexact_number',
      start,
      `the number ${quoted(lexeme)} would be read as another: send it as a string`,
    );
  } else if (inexact.length < MAX_RECORDED) {
    inexact.push({ start, end, lexeme, path: pathToHere(state) });
  }
}
