// Secrets that are known by their shape, wherever they stand: bearer tokens, JWTs, private keys, tokens of well-known
// services, passwords in addresses, numbers of payment cards. Every expression here reads a text once, or a bounded part
// of it again. Pure.

/** Each names a part of what it finds, or all of it. Bounded repetitions: a hostile text must not cost more than its length. */
const TOKENS: readonly RegExp[] = [
  /\b(?:Bearer|Basic|DPoP|Negotiate|ApiKey)[ \t]{1,4}(?<secret>[A-Za-z0-9._~+/=-]{8,4096})/gi,
  // A JWT, or the head of one that was cut off.
  /\b(?<secret>eyJ[A-Za-z0-9_-]{8,2048}\.[A-Za-z0-9_-]{8,8192}(?:\.[A-Za-z0-9_-]{0,2048}){0,3})/g,
  /\b(?<secret>(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255}|glpat-[A-Za-z0-9_-]{16,255}))/g,
  /\b(?<secret>(?:sk|pk|rk)[-_](?:live|test|proj|ant|or)[-_][A-Za-z0-9_-]{12,255})/g,
  /\b(?<secret>sk-[A-Za-z0-9]{32,255})\b/g,
  /\b(?<secret>xox[abeprs]-[A-Za-z0-9-]{10,255}|xapp-[A-Za-z0-9-]{10,255})/g,
  /\b(?<secret>(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16})\b/g,
  /\b(?<secret>AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{20,512}|GOCSPX-[A-Za-z0-9_-]{20,64})/g,
  /\b(?<secret>npm_[A-Za-z0-9]{30,64}|pypi-[A-Za-z0-9_-]{40,512}|dop_v1_[a-f0-9]{64}|hf_[A-Za-z0-9]{30,64})/g,
  /\b(?<secret>hv[sbr]\.[A-Za-z0-9_-]{20,255}|SG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,64}|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32})/g,
  // user:password@ in an address
  /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@"']{0,128}:(?<secret>[^\s/@"']{1,256})@/gi,
];

const KEY_BEGIN = '-----BEGIN ';
const KEY_HEAD = /^-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/;
const KEY_END = '-----END ';

export function tokensIn(text: string): readonly string[] {
  const found = TOKENS.flatMap((shape) =>
    [...text.matchAll(shape)].flatMap(({ groups }) => groups?.['secret'] ?? []),
  );
  return [...found, ...privateKeysIn(text)];
}

function privateKeysIn(text: string): readonly string[] {
  const found: string[] = [];
  for (let at = text.indexOf(KEY_BEGIN); at >= 0; at = text.indexOf(KEY_BEGIN, at + 1)) {
    if (!KEY_HEAD.test(text.slice(at, at + 80))) continue;
    const end = text.indexOf(KEY_END, at);
    const close = end < 0 ? -1 : text.indexOf('-----', end + KEY_END.length);
    // One that is cut off is a secret to the end.
    const stop = close < 0 ? text.length : close + 5;
    found.push(text.slice(at, stop));
    at = stop - 1;
  }
  return found;
}

const MIN_CARD = 13;
const MAX_CARD = 19;
const CARD = /(?<![\d.])\d(?:[ -]?\d){12,18}(?![\d])/g;

/** With separators as they stand. A run of digits that no issuer gives out, or whose check digit is wrong, is none. */
export function cardNumbersIn(text: string): readonly string[] {
  return [...text.matchAll(CARD)].flatMap(([found]) => (isCardNumber(found) ? [found] : []));
}

export function isCardNumber(text: string): boolean {
  const digits = text.replaceAll(/[ -]/g, '');
  return (
    /^\d+$/.test(digits) &&
    digits.length >= MIN_CARD &&
    digits.length <= MAX_CARD &&
    isIssued(digits) &&
    hasCheckDigit(digits)
  );
}

/** The first digits that payment networks have (ISO/IEC 7812): timestamps and counters begin otherwise, mostly. */
function isIssued(digits: string): boolean {
  return /^(?:4|5[0-9]|6[0-9]|2[2-7]|3[0-9]|8[16])/.test(digits);
}

/** Luhn. */
function hasCheckDigit(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 0x30;
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
