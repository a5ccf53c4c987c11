// `Mcp-Param-*` (MCP 2026-07-28): headers that repeat arguments for whoever routes by them. Policy and people see the
// arguments only, so a header that says something else would be a way around both.
import {
  canonicalText,
  isObject as isMembers,
  type LexicalValue,
  parseLexical,
} from '../protocols/json/canonical.ts';
import type { JsonObject } from '../protocols/json/types.ts';

const PREFIX = 'mcp-param-';

type Headers = ReadonlyMap<string, string>;

/**
 * What disagrees, or null. A header that the schema does not declare is the server's own affair, and so is one that is
 * missing: it says nothing else than the arguments do.
 *
 * @param args JSON text of the arguments as they came, digits kept; null where there are none.
 */
export function paramMismatch(headers: Headers, schema: JsonObject, args: string | null): string | null {
  const sent = [...headers].filter(([name]) => name.startsWith(PREFIX));
  if (sent.length === 0) return null;
  const declared = declaredIn(schema);
  const said = args === null ? {} : parseLexical(args);
  for (const [name, value] of sent) {
    // A name that stands for two arguments is no valid schema: then it has to say what both say.
    for (const path of declared.get(name) ?? []) {
      const text = headerText(value);
      if (text === null)
        return `the header \`${name}\` is not readable: it must be visible ASCII, or canonical Base64 of UTF-8 in \`=?base64?…?=\``;
      if (!says(text, at(said, path)))
        return `the header \`${name}\` does not say what the argument \`${path.join('.')}\` says`;
    }
  }
  return null;
}

/** The headers without those that repeat nothing of the arguments. */
export function withoutUndeclared(headers: Headers, schema: JsonObject | null): Headers {
  const declared = schema === null ? new Map() : declaredIn(schema);
  return new Map([...headers].filter(([name]) => !name.startsWith(PREFIX) || declared.has(name)));
}

type Path = readonly string[];

/** By lower-case header name, the paths of the arguments that it repeats: one, unless the schema is wrong. */
function declaredIn(
  schema: JsonObject,
  path: Path = [],
  declared = new Map<string, readonly Path[]>(),
): ReadonlyMap<string, readonly Path[]> {
  const { properties } = schema;
  if (!isObject(properties)) return declared;
  for (const [member, type] of Object.entries(properties)) {
    if (!isObject(type)) continue;
    const below = [...path, member];
    const header = type['x-mcp-header'];
    if (typeof header === 'string') {
      const name = PREFIX + header.toLowerCase();
      declared.set(name, [...(declared.get(name) ?? []), below]);
    }
    declaredIn(type, below, declared);
  }
  return declared;
}

const OPEN = '=?base64?';
const CLOSE = '?=';
const BASE64 = /^[A-Za-z0-9+/=]*$/;
const PLAIN = /^[\t\x20-\x7e]*$/;

/** Header values that are not plain ASCII come as `=?base64?…?=`. Null for what two decoders could read differently. */
export function headerText(value: string): string | null {
  if (!PLAIN.test(value)) return null;
  if (!value.startsWith(OPEN) || !value.endsWith(CLOSE)) return value;
  const encoded = value.slice(OPEN.length, -CLOSE.length);
  if (value.length < OPEN.length + CLOSE.length || !BASE64.test(encoded)) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  return Buffer.from(text).toString('base64') === encoded ? text : null;
}

function at(value: LexicalValue, path: Path): LexicalValue | undefined {
  return path.reduce<LexicalValue | undefined>(
    (found, member) => (isMembers(found) && Object.hasOwn(found, member) ? found[member] : undefined),
    value,
  );
}

function says(text: string, argument: LexicalValue | undefined): boolean {
  if (typeof argument === 'string') return text === argument;
  if (typeof argument === 'boolean') return text === String(argument);
  if (argument === undefined || argument === null || Array.isArray(argument) || isMembers(argument))
    return false;
  const number = decimal(canonicalText(argument));
  return number !== null && number === decimal(text);
}

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,9}))?$/;

// SPEC: numbers are compared by value: `42.0` says what `42` says. Exactly, since doubles would take neighbours for equal.
function decimal(text: string): string | null {
  const parts = DECIMAL.exec(text);
  if (parts === null) return null;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  const shift = Number(exponent) - fraction.length + (digits.length - significant.length);
  return `${sign}${significant}e${shift}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
