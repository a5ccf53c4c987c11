// A preload (`--import`) by which a test sets the wall clock of one process, all of its threads, as an administrator or a time
// server would set the machine's: what a file says, in milliseconds, is added to it. The clock that nobody sets runs on.
import { readFileSync } from 'node:fs';

const file = process.env['CLOCK_AHEAD_FILE'];
if (file === undefined) throw new Error('`CLOCK_AHEAD_FILE` names no file');

const Machine = Date;

/** Milliseconds since 1970. */
const now = (): number => Machine.now() + Number(readFileSync(file, 'utf8'));

class SettableDate extends Machine {
  constructor(...given: readonly number[]) {
    // All that a date can be made from; the types know of one at a time.
    super(...((given.length === 0 ? [now()] : given) as [number]));
  }

  static override now = now;
}

globalThis.Date = SettableDate as DateConstructor;
