// What one test asks for. What cannot be asked, or might be taken for something else than it says, is answered with what to write
// instead.
import { type Key, keyOf, nearestKey, TIMES } from './keys.ts';
import type { Part, Written } from './parts.ts';
import { isComparison, isKeyAlone, isOperator, isStray } from './print.ts';
import type { Place, Test } from './types.ts';
import { checkedValue, isTaken } from './values.ts';

export function testOf(written: Written, sign: Part['sign'], place: Place): Test | string {
  const { name, value, isQuoted, isPrefix } = written;
  if (name === null) return wordsOf(written, sign, place);
  const key = keyOf(name);
  if (key === null) return unknownKey(name);
  if (place === 'where' && TIMES.has(key)) return 'times have parameters of their own, from and to';
  const odd = isQuoted ? null : oddValue(key, name, written, place);
  if (odd !== null) return odd;
  const checked = checkedValue(key, value, isPrefix);
  if (place === 'record' && isPrefix && isNoBeginning(key, value)) return EVERY;
  return 'fault' in checked ? checked.fault : { key, value: checked.value, isPrefix };
}

function wordsOf({ value, isQuoted, isPrefix }: Written, sign: Part['sign'], place: Place): Test | string {
  if (isPrefix || (!isQuoted && value.includes('*'))) return 'words are found whole: leave the * out';
  if (!isQuoted && isOperator(value))
    return `${value} is no operator here: whatever stands side by side has to hold, | is between alternatives, - before what is not wanted; quote it to look for the word`;
  if (!isQuoted && isComparison(value))
    return 'a key is followed by a colon: agent:a, -agent:a, latency:>2s; quote it to look for the words';
  if (!isQuoted && /^[(!]/.test(value))
    return 'there are no parentheses and no !: - stands before what is not wanted; quote it to look for the words';
  if (!isQuoted && isStray(value))
    return 'a condition begins behind a space, with one - or & before it or nothing, and has no space in it: agent:a, -agent:a; quote it to look for the words';
  if (sign === '-' && place === 'record')
    return `a - before words meant nothing here: write -text:${JSON.stringify(value)} for what does not have them`;
  const checked = checkedValue('text', value, false);
  return 'fault' in checked ? checked.fault : { key: 'text', value: checked.value, isPrefix: false };
}

/** Unquoted values that might be taken for something else than they say. */
function oddValue(key: Key, name: string, { value, isPrefix }: Written, place: Place): string | null {
  if (isPrefix && place === 'record') return starOnRecord(key, name, value);
  if ((key === 'tool' ? value.replace(/^\*\//, '') : value).includes('*'))
    return 'a * stands at the end, for whatever follows: quote one that belongs to the value';
  if (/&[A-Za-z_]+:/.test(value))
    return 'an & stands behind a space: agent:a &label:b; quote one that belongs to the value';
  if (!isPrefix && isKeyAlone(value)) return `${value} has no value: quote it where it is one`;
  if (key !== 'latency' && /^[<>=!]/.test(value))
    return `${name} is not compared: write ${name}:a or -${name}:a, and quote a sign that belongs to the value`;
  return null;
}

/** SECURITY: whoever destroys by a beginning that is none destroys everything, however much it looks like a condition. */
const isNoBeginning = (key: Key, value: string): boolean =>
  value === '' || (key === 'tool' && value === '*/');
const EVERY =
  'a * alone stands for every name, whatever it is: say how it begins, or leave it out; quote a star that is a name';

/** A star was a star: what to write now for either, as far as there is such a thing. */
function starOnRecord(key: Key, name: string, value: string): string {
  const checked = checkedValue(key, value, true);
  if ('fault' in checked) return checked.fault;
  if (isNoBeginning(key, value)) return EVERY;
  const star = `${value}*`;
  const itself = isTaken(key, star) ? `, ${name}:${JSON.stringify(star)} for the star itself` : '';
  return `write ${name}:${JSON.stringify(value)}* for whatever begins so${itself}`;
}

function unknownKey(name: string): string {
  const near = nearestKey(name);
  const advice = near === null ? '' : `did you mean ${near}? `;
  return `there is no key ${name}: ${advice}quote it to look for the words`;
}
