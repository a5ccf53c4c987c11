// What is wrong with a query, in one line: for those who see it beside the text, not within it.
import type { Fault } from './language/types.ts';

const SHOWN = 40;

/** To be put behind the name of what was given. */
export function faultText(text: string, { from, to, message }: Fault): string {
  const part = text.slice(from, to);
  const shown = part.length > SHOWN ? `${part.slice(0, SHOWN)}…` : part;
  return `cannot be read at character ${from + 1}, \`${shown}\`: ${message}`;
}
