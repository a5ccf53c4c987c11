// Looks over a hostile JSON Schema before it is used: refuses what could reach out or exhaust the stack, and says what
// checking against it may cost. Pure, and not recursive.
import type { Result } from '../errors.ts';
import type { JsonObject, JsonValue } from '../protocols/json/types.ts';

export interface SchemaSurvey {
  /** Objects and arrays in the schema. */
  readonly nodes: number;
  /** Whether the time of a check is not bounded by the sizes of schema and value. */
  readonly mayRunLong: boolean;
}

const MAX_NODES = 20_000;
const MAX_DEPTH = 64;
// References that may multiply or recurse, expressions for names, and pairwise comparison.
const LONG: ReadonlySet<string> = new Set([
  '$ref',
  '$dynamicRef',
  '$recursiveRef',
  'patternProperties',
  'uniqueItems',
]);
// Formats that the validator checks in time proportional to the text.
const QUICK_FORMATS: ReadonlySet<JsonValue> = new Set(['date', 'date-time', 'email', 'ipv4', 'time', 'uuid']);
// An anchored row of characters and classes with quantifiers, and nothing else: no group, no alternative.
const ATOM = String.raw`(?:\[(?:[^\]\\]|\\.)*\]|\\[dDwWsS./-]|[\w .,:@/#=-])`;
const QUANTIFIER = String.raw`(?:[?*+]|\{\d{1,3}(?:,\d{0,3})?\})?`;
const PLAIN_PATTERN = new RegExp(`^\\^(?:${ATOM}${QUANTIFIER})*\\$?$`);
const QUANTIFIERS = /\[(?:[^\]\\]|\\.)*\]|\\.|([?*+])|\{(\d+)(,?)(\d*)\}/g;
const MAX_CHOICES = 32;
const REFERENCES: ReadonlySet<string> = new Set(['$ref', '$dynamicRef', '$recursiveRef']);

/** The error is why the schema must not be used. */
export function surveySchema(schema: JsonObject): Result<SchemaSurvey, string> {
  let mayRunLong = false;
  let nodes = 0;
  // Everything is looked at as if it were a schema, also a `default`: it is one where it is the name of a property.
  const open: [JsonValue, number][] = [[schema, 1]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, depth] = next;
    if (typeof value !== 'object' || value === null) continue;
    if (++nodes > MAX_NODES) return { ok: false, error: `it has more than ${MAX_NODES} parts` };
    if (depth > MAX_DEPTH) return { ok: false, error: `it is nested more than ${MAX_DEPTH} levels deep` };
    for (const [name, member] of Object.entries(value as JsonObject)) {
      if (LONG.has(name) || isLongCheck(name, member)) mayRunLong = true;
      // SECURITY: a reference that were fetched would be a request that the schema's author chose (SSRF).
      if (REFERENCES.has(name) && typeof member === 'string' && !member.startsWith('#')) {
        return {
          ok: false,
          error: `\`${name}\` points outside of it: only references that start with \`#\` are followed`,
        };
      }
      open.push([member, depth + 1]);
    }
  }
  return { ok: true, value: { nodes, mayRunLong } };
}

function isLongCheck(name: string, member: JsonValue): boolean {
  if (name === 'format') return !QUICK_FORMATS.has(member);
  return name === 'pattern' && !(typeof member === 'string' && isQuickPattern(member));
}

/** Whether a pattern surely takes time proportional to the text: at most one part without a limit, few choices else. */
export function isQuickPattern(pattern: string): boolean {
  if (!PLAIN_PATTERN.test(pattern)) return false;
  let unlimited = 0;
  let choices = 1;
  for (const [, sign, least, comma, most] of pattern.matchAll(QUANTIFIERS)) {
    if (sign === '*' || sign === '+' || (comma === ',' && most === '')) unlimited++;
    else if (sign === '?') choices *= 2;
    else if (comma === ',') choices *= Number(most) - Number(least) + 1;
  }
  return unlimited <= 1 && choices <= MAX_CHOICES;
}

/** Values of any kind in `value`, itself included; stops counting beyond `enough`. */
export function countNodes(value: unknown, enough: number): number {
  let count = 0;
  const open = [value];
  while (open.length > 0 && count <= enough) {
    const next = open.pop();
    count++;
    if (typeof next === 'object' && next !== null) open.push(...Object.values(next));
  }
  return count;
}
