// How the quickstart speaks: scenes, events and notes as plain lines, coloured only on a terminal.
import type { WriteStream } from 'node:tty';

import type { Narrator, Outcome } from './stage.ts';

const COLOURS: Readonly<Record<Outcome, number>> = {
  allowed: 32,
  approved: 32,
  registered: 36,
  held: 33,
  denied: 31,
  rejected: 31,
  unregistered: 31,
};
const WIDTH = Math.max(...Object.keys(COLOURS).map((outcome) => outcome.length));

/** Writes to `stream`. */
export function narratorOn(stream: Pick<WriteStream, 'write'> & { readonly isTTY?: boolean }): Narrator {
  const paint = (code: number, text: string): string =>
    stream.isTTY === true ? `\u001B[${code}m${text}\u001B[0m` : text;
  const line = (text: string): void => {
    stream.write(`${text}\n`);
  };
  return {
    scene: (title) => line(`\n${paint(1, title)}`),
    event: ({ outcome, what, sentence }) => {
      line(`  ${paint(COLOURS[outcome], outcome.padEnd(WIDTH))}  ${what}`);
      if (sentence !== undefined && sentence !== null) line(`  ${' '.repeat(WIDTH)}  ${paint(2, sentence)}`);
    },
    note: (text) => line(`  ${' '.repeat(WIDTH)}  ${text}`),
  };
}
