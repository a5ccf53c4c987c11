// SHA-256 (FIPS 180-4) in plain TypeScript, synchronous, for platforms whose only SHA-256 is asynchronous.

import { type Bytes, toHex } from './bytes.ts';

const ROUND_CONSTANTS = new Uint32Array(64);
const INITIAL = new Uint32Array(8);

// FIPS 180-4 sections 4.2.2 and 5.3.3: the first 32 bits of the fractional parts of the cube roots of the
// first 64 primes, and of the square roots of the first 8.
fillConstants();

// Working memory, reused by every call: nothing here is asynchronous or recursive.
const state = new Uint32Array(8);
const schedule = new Uint32Array(64);
const block = new Uint8Array(64);
const view = new DataView(block.buffer);

/** SHA-256 over the concatenation of `parts`, 32 bytes. */
export function sha256Concat(parts: readonly Uint8Array[]): Bytes {
  state.set(INITIAL);
  let filled = 0;
  let length = 0;
  for (const part of parts) {
    length += part.length;
    for (let at = 0; at < part.length; at += 1) {
      block[filled] = part[at] ?? 0;
      filled += 1;
      if (filled === 64) {
        compress();
        filled = 0;
      }
    }
  }
  block.fill(0, filled);
  block[filled] = 0x80;
  if (filled >= 56) {
    compress();
    block.fill(0);
  }
  view.setUint32(56, Math.floor(length / 0x2000_0000));
  view.setUint32(60, (length << 3) >>> 0);
  compress();

  const digest = new Uint8Array(32);
  const out = new DataView(digest.buffer);
  for (let i = 0; i < 8; i += 1) out.setUint32(4 * i, word(state, i));
  return digest;
}

/** The same as 64 lowercase hex digits. */
export function sha256ConcatHex(parts: readonly Uint8Array[]): string {
  return toHex(sha256Concat(parts));
}

function compress(): void {
  for (let t = 0; t < 16; t += 1) schedule[t] = view.getUint32(4 * t);
  for (let t = 16; t < 64; t += 1) {
    const w15 = word(schedule, t - 15);
    const w2 = word(schedule, t - 2);
    const s0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3);
    const s1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10);
    schedule[t] = (word(schedule, t - 16) + s0 + word(schedule, t - 7) + s1) | 0;
  }
  let a = word(state, 0) | 0;
  let b = word(state, 1) | 0;
  let c = word(state, 2) | 0;
  let d = word(state, 3) | 0;
  let e = word(state, 4) | 0;
  let f = word(state, 5) | 0;
  let g = word(state, 6) | 0;
  let h = word(state, 7) | 0;
  for (let t = 0; t < 64; t += 1) {
    const sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const choice = (e & f) ^ (~e & g);
    const t1 = (h + sum1 + choice + word(ROUND_CONSTANTS, t) + word(schedule, t)) | 0;
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
  add(0, a);
  add(1, b);
  add(2, c);
  add(3, d);
  add(4, e);
  add(5, f);
  add(6, g);
  add(7, h);
}

function add(i: number, value: number): void {
  state[i] = (word(state, i) + value) | 0;
}

function rotate(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

function word(words: Uint32Array, at: number): number {
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
