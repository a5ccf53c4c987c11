// Which headers cross the gateway. Both directions are rebuilt from allow-lists and never copied: a header that is not
// named here (a credential, a cookie, a hop-by-hop or a length header, whatever its spelling) cannot pass (DESIGN
// section 5; the length and framing of a message are always the HTTP library's own).
import type { Protocol } from '@countersign/audit';

const REQUEST: Readonly<Record<Protocol, ReadonlySet<string>>> = {
  mcp: new Set([
    'accept',
    'content-type',
    'last-event-id',
    'mcp-method',
    'mcp-name',
    'mcp-protocol-version',
    'mcp-session-id',
  ]),
  a2a: new Set(['a2a-extensions', 'a2a-version', 'accept', 'content-type', 'x-a2a-extensions']),
};
// SPEC: MCP 2026-07-28: a header of this kind that is not recognised must be forwarded.
const REQUEST_PREFIX: Readonly<Record<Protocol, string | null>> = { mcp: 'mcp-param-', a2a: null };

// The upstream's `www-authenticate` is not among them: it names the upstream's own resource, not this one.
const ANSWER: Readonly<Record<Protocol, ReadonlySet<string>>> = {
  mcp: new Set([
    'allow',
    'cache-control',
    'content-type',
    'mcp-protocol-version',
    'mcp-session-id',
    'retry-after',
    'x-accel-buffering',
  ]),
  a2a: new Set([
    'a2a-extensions',
    'a2a-version',
    'allow',
    'cache-control',
    'content-type',
    'retry-after',
    'x-a2a-extensions',
    'x-accel-buffering',
  ]),
};

/** What goes on to the upstream of the caller's headers. @param headers by lower-cased name. */
export function callerHeaders(headers: ReadonlyMap<string, string>, protocol: Protocol): Map<string, string> {
  const picked = pick(headers, REQUEST[protocol], REQUEST_PREFIX[protocol]);
  // SECURITY: how the body is to be read is said by none but its type: it was read as UTF-8 here.
  const type = picked.get('content-type')?.split(';')[0]?.trim();
  if (type !== undefined) picked.set('content-type', type);
  return picked;
}

/** What goes back to the caller of the upstream's headers. @param headers by lower-cased name. */
export function answerHeaders(headers: ReadonlyMap<string, string>, protocol: Protocol): Map<string, string> {
  return pick(headers, ANSWER[protocol], null);
}

function pick(
  headers: ReadonlyMap<string, string>,
  names: ReadonlySet<string>,
  prefix: string | null,
): Map<string, string> {
  const picked = new Map<string, string>();
  for (const [name, value] of headers) {
    if (names.has(name) || (prefix !== null && name.startsWith(prefix))) picked.set(name, value);
  }
  return picked;
}
