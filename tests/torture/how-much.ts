// How hard the torture tests try: hard enough for every commit by default, and as hard as the numbers in the docs say with
// `npm run torture`, which sets TORTURE=full.

export const isFull = process.env['TORTURE'] === 'full';

export const howMuch = (quick: number, full: number): number => (isFull ? full : quick);
