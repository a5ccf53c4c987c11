// SHA-256 (FIPS 180-4) in plain TypeScript, synchronous, for platforms whose only SHA-256 is asynchronous.

import type { Bytes } from './bytes.ts';

const ROUND_CONSTANTS = new Uint32Array(64);
const INITIAL = new Uint32Array(8);

// FIPS 180-4 sections 4.2.2 and 5.3.3: the first 32 bits of the fractional parts of the cube roots of the
// first 64 primes, and of the square roots of the first 8.
fillConstants();

/** SHA-256 over the concatenation of `parts`, 32 bytes. */
export function sha256Concat(parts: readonly Uint8Array[]): Bytes {
  const state = Uint32Array.from(INITIAL);
  const schedule = new Uint32Array(64);
  const block = new Uint8Array(64);
  let filled = 0;
  let length = 0;
  for (const part of parts) {
    length += part.length;
    for (let at = 0; at < part.length; ) {
      const take = Math.min(64 - filled, part.length - at);
      block.set(part.subarray(at, at + take), filled);
      filled += take;
      at += take;
      if (filled === 64) {
        compress(state, schedule, block);
        filled = 0;
      }
    }
  }
  block.fill(0, filled);
  block[filled] = 0x80;
  if (filled >= 56) {
    compress(state, schedule, block);
    block.fill(0);
  }
  const view = new DataView(block.buffer);
  view.setUint32(56, Math.floor(length / 0x2000_0000));
  view.setUint32(60, (length << 3) >>> 0);
  compress(state, schedule, block);

  const digest = new Uint8Array(32);
  const out = new DataView(digest.buffer);
  state.forEach((word, i) => out.setUint32(4 * i, word));
  return digest;
}

function compress(state: Uint32Array, schedule: Uint32Array, block: Uint8Array): void {
  for (let t = 0; t < 16; t += 1) {
    const at = 4 * t;
    schedule[t] =
      (word8(block, at) << 24) |
      (word8(block, at + 1) << 16) |
      (word8(block, at + 2) << 8) |
      word8(block, at + 3);
  }
  for (let t = 16; t < 64; t += 1) {
    const w15 = word32(schedule, t - 15);
    const w2 = word32(schedule, t - 2);
    const s0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3);
    const s1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10);
    schedule[t] = word32(schedule, t - 16) + s0 + word32(schedule, t - 7) + s1;
  }
  let a = word32(state, 0);
  let b = word32(state, 1);
  let c = word32(state, 2);
  let d = word32(state, 3);
  let e = word32(state, 4);
  let f = word32(state, 5);
  let g = word32(state, 6);
  let h = word32(state, 7);
  for (let t = 0; t < 64; t += 1) {
    const sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const choice = (e & f) ^ (~e & g);
    const t1 = (h + sum1 + choice + word32(ROUND_CONSTANTS, t) + word32(schedule, t)) | 0;
    const sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + sum0 + majority) | 0;
  }
  const added = [a, b, c, d, e, f, g, h];
  added.forEach((word, i) => {
    state[i] = word32(state, i) + word;
  });
}

function rotate(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

function word8(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

function word32(words: Uint32Array, at: number): number {
  return words[at] ?? 0;
}

function fillConstants(): void {
  let found = 0;
  for (let candidate = 2; found < 64; candidate += 1) {
    let prime = true;
    for (let divisor = 2; divisor * divisor <= candidate; divisor += 1)
      if (candidate % divisor === 0) prime = false;
    if (!prime) continue;
    ROUND_CONSTANTS[found] = rootFraction(candidate, 3);
    if (found < 8) INITIAL[found] = rootFraction(candidate, 2);
    found += 1;
  }
}

// WHY integers: floor(root * 2^32) found by bisection is exact, which Math.cbrt does not promise to be.
function rootFraction(prime: number, degree: 2 | 3): number {
  const target = BigInt(prime) << BigInt(32 * degree);
  let low = 0n;
  let high = 1n << 40n;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle ** BigInt(degree) <= target) low = middle;
    else high = middle;
  }
  return Number(low & 0xffff_ffffn);
}
