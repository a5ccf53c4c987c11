// What becomes of a JSON number in a reader that keeps doubles, judged from its text. Pure.

/** `exact`: the double nearest to it stands for it. `overflow`: no finite double does. */
export type NumberFate = 'exact' | 'inexact' | 'overflow';

const EXPONENT = /[eE]/;
const INTEGER = /^-?\d+$/;

/** @param lexeme a number in JSON's grammar. */
export function numberFate(lexeme: string): NumberFate {
  // Any decimal of up to 15 significant digits survives the way through a double and back.
  if (lexeme.length <= 15 && !EXPONENT.test(lexeme)) return 'exact';
  const value = Number(lexeme);
  if (!Number.isFinite(value)) return 'overflow';
  if (!Number.isInteger(value) && String(value) === lexeme) return 'exact';
  if (INTEGER.test(lexeme)) return Number.isSafeInteger(value) ? 'exact' : 'inexact';
  const shortest = String(value);
  return lexeme === shortest || decimal(lexeme) === decimal(shortest) ? 'exact' : 'inexact';
}

// Sign, significant digits and the power of ten of the first digit: equal for equal numbers.
function decimal(text: string): string {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().replace(/^-/, '').split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = whole + fraction;
  const first = digits.search(/[1-9]/);
  if (first === -1) return '0';
  const significant = digits.slice(first).replace(/0+$/, '');
  return `${text.startsWith('-') ? '-' : ''}${significant}e${BigInt(exponent) + BigInt(whole.length - first)}`;
}
