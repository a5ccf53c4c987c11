// `Mcp-Param-*` (MCP 2026-07-28): headers that repeat arguments for whoever routes by them. Policy and people see the
// arguments only, so a header that says something else would be a way around both.
import type { JsonObject } from '../protocols/json/types.ts';

const PREFIX = 'mcp-param-';

type Headers = ReadonlyMap<string, string>;

/** What disagrees, or null. A header that the schema does not declare is the server's own affair. */
export function paramMismatch(headers: Headers, schema: JsonObject, args: unknown): string | null {
  const sent = [...headers].filter(([name]) => name.startsWith(PREFIX));
  if (sent.length === 0) return null;
  const declared = declaredIn(schema);
  for (const [name, value] of sent) {
    const path = declared.get(name);
    if (path === undefined) continue;
    const said = path.reduce<unknown>((at, member) => (isObject(at) ? at[member] : undefined), args);
    if (!isPrimitive(said) || String(said) !== headerText(value))
      return `the header \`${name}\` does not say what the argument \`${path.join('.')}\` says`;
  }
  return null;
}

/** The headers without those that repeat nothing of the arguments. */
export function withoutUndeclared(headers: Headers, schema: JsonObject | null): Headers {
  const declared = schema === null ? new Map() : declaredIn(schema);
  return new Map([...headers].filter(([name]) => !name.startsWith(PREFIX) || declared.has(name)));
}

/** By lower-case header name, the path of the argument that it repeats. */
function declaredIn(schema: JsonObject, path: readonly string[] = []): Map<string, readonly string[]> {
  const declared = new Map<string, readonly string[]>();
  const { properties } = schema;
  if (!isObject(properties)) return declared;
  for (const [member, type] of Object.entries(properties)) {
    if (!isObject(type)) continue;
    const at = [...path, member];
    const header = type['x-mcp-header'];
    if (typeof header === 'string') declared.set(PREFIX + header.toLowerCase(), at);
    for (const [name, below] of declaredIn(type, at)) declared.set(name, below);
  }
  return declared;
}

const SENTINEL = /^=\?base64\?([A-Za-z0-9+/=]*)\?=$/;

/** Header values that are not plain ASCII come as `=?base64?…?=`. Null for what two decoders could read differently. */
export function headerText(value: string): string | null {
  const encoded = SENTINEL.exec(value)?.[1];
  if (encoded === undefined) return value;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  return Buffer.from(text).toString('base64') === encoded ? text : null;
}

function isPrimitive(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
