// How the scanner stops from the depth of its loop. Thrown inside this folder only, and caught by `scan`.
import type { ScanError, ScanErrorCode } from './types.ts';

export class ScanFault extends Error {
  readonly error: ScanError;
  constructor(code: ScanErrorCode, offset: number, message: string) {
    super(message);
    this.error = { code, offset, message };
  }
}

export function controlCharacter(byte: number, offset: number): ScanFault {
  const name = byte.toString(16).toUpperCase().padStart(4, '0');
  return new ScanFault(
    'control_character',
    offset,
    `the control character U+${name} stands in the text unescaped`,
  );
}

/** Part of the text as it may stand in a message: short, on one line. */
export function quoted(text: string): string {
  const short = text.length > 64 ? `${text.slice(0, 64)}…` : text;
  return `\`${JSON.stringify(short).slice(1, -1)}\``;
}
