// Lengths of time in classes, eight for each doubling, so that calls that took longer than something are found without looking
// at all of them. Arithmetic with whole numbers: a longer time is never in a lower class.

const MOST = 2 ** 32 - 1;
const FINE = 3;

/** One more than the highest class. */
export const CLASSES = (32 - FINE + 1) << FINE;

/** The class of so many microseconds; what is longer than an hour is in the highest. */
export function classOf(us: number): number {
  const whole = Math.min(MOST, Math.max(0, Math.floor(us)));
  const octave = 31 - Math.clz32(whole);
  if (octave < FINE) return whole;
  return ((octave - FINE + 1) << FINE) | ((whole >>> (octave - FINE)) & ((1 << FINE) - 1));
}
