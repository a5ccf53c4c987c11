// Exact arithmetic on number lexemes: whether the text a caller wrote is a value that Cedar's Long or decimal can hold,
// with no rounding on the way (DESIGN section 6).

const LEXEME = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
/** Digits of 2^63; more than these cannot fit either type. */
const MAX_DIGITS = 19;
const MAX_DECIMAL = 2n ** 63n - 1n;
const DECIMAL_PLACES = 4;

interface Exact {
  readonly negative: boolean;
  /** Significant digits without leading or trailing zeros; empty for zero. */
  readonly digits: string;
  /** Power of ten of the last digit. */
  readonly exponent: number;
}

function exact(lexeme: string): Exact | null {
  const match = LEXEME.exec(lexeme);
  if (match === null) return null;
  const [, sign, whole = '', fraction = '', power = '0'] = match;
  const all = (whole + fraction).replace(/^0+/, '');
  const digits = all.replace(/0+$/, '');
  if (digits === '') return { negative: false, digits, exponent: 0 };
  // SECURITY: an exponent of a million digits must not become a number of a million digits.
  if (digits.length > MAX_DIGITS || power.replace(/^[+-]?0*/, '').length > 6) return null;
  return {
    negative: sign === '-',
    digits,
    exponent: Number(power) - fraction.length + (all.length - digits.length),
  };
}

/** An integer that is written plainly and is surely within 2^53: what almost every one is. */
const PLAIN_INTEGER = /^-?\d{1,15}$/;

/** The integer that the lexeme denotes, if it is one and a JSON number can carry it exactly; else null. */
export function toLong(lexeme: string): number | null {
  // Adding zero makes -0 the 0 that it denotes.
  if (PLAIN_INTEGER.test(lexeme)) return Number(lexeme) + 0;
  const value = exact(lexeme);
  if (value === null || value.exponent < 0 || value.digits.length + value.exponent > MAX_DIGITS) return null;
  const magnitude = Number(value.digits + '0'.repeat(value.exponent));
  if (!Number.isSafeInteger(magnitude)) return null;
  return value.negative ? -magnitude : magnitude;
}

/** The lexeme as the text of a Cedar decimal, `1.5`, if it has at most four decimal places and fits; else null. */
export function toDecimal(lexeme: string): string | null {
  const value = exact(lexeme);
  if (value === null) return null;
  const shift = value.exponent + DECIMAL_PLACES;
  if (shift < 0 || value.digits.length + shift > MAX_DIGITS) return null;
  const scaled = value.digits + '0'.repeat(shift);
  if (BigInt(scaled === '' ? '0' : scaled) > MAX_DECIMAL) return null;
  const padded = scaled.padStart(DECIMAL_PLACES + 1, '0');
  const point = padded.length - DECIMAL_PLACES;
  const places = padded.slice(point).replace(/0+$/, '') || '0';
  return `${value.negative ? '-' : ''}${padded.slice(0, point)}.${places}`;
}
