// The address of an HTTP+JSON request, read once and from the bytes that came: which agent, which operation, which fields it
// names. A path that two readers could read differently is refused: proxies and servers fold `..` and `//`, or decode twice.
import { ok, refuse, type Rejection, type Result } from '../../../../errors.ts';
import { BOUND_OPERATIONS, type BoundOperation, type Segment } from '../operations.ts';

export interface Target {
  readonly operation: BoundOperation;
  /** Fields of the request that the path names, the tenant among them: decoded, by their JSON names. */
  readonly fields: ReadonlyMap<string, string>;
  /** As written, without its question mark. */
  readonly query: string;
}

export interface Address {
  /** Its registered name. */
  readonly agent: string;
  /** Below the agent, as they were written. */
  readonly segments: readonly string[];
  readonly query: string;
}

/** RFC 3986: what a path may hold as it is, and percent-encoded bytes. */
const PATH = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*$/;
const ROOT = 'a2a';
const VERBS = BOUND_OPERATIONS.flatMap(({ path }) =>
  path.flatMap(({ field, text }) => (field === null || text === '' ? [] : [text])),
);

/** @param target as it stands on the request line. */
export function readAddress(target: string): Result<Address> {
  const at = target.indexOf('?');
  const path = at === -1 ? target : target.slice(0, at);
  const query = at === -1 ? '' : target.slice(at + 1);
  const hostile = () => refuse('malformed_request', `path \`${shown(path)}\``, 'the path is not well formed');
  if (!PATH.test(path) || !path.startsWith(`/${ROOT}/`)) return hostile();
  const segments = path.slice(ROOT.length + 2).split('/');
  for (const each of segments) {
    const decoded = decode(each);
    if (decoded === null || decoded === '' || decoded === '.' || decoded === '..') return hostile();
  }
  const [agent = '', ...rest] = segments;
  return ok({ agent, segments: rest, query });
}

export function matchTarget(method: string, { segments, query }: Address): Result<Target> {
  const others = new Set<string>();
  // An operation without tenant comes first: it is what its path says.
  for (const hasTenant of [false, true]) {
    const own = hasTenant ? segments.slice(1) : segments;
    const [tenant] = hasTenant ? segments : [];
    for (const operation of BOUND_OPERATIONS) {
      const fields = fieldsIn(operation.path, own);
      if (fields === null) continue;
      if (tenant !== undefined) fields.set('tenant', decode(tenant) ?? '');
      if (takes(operation, method)) return ok({ operation, fields, query });
      others.add(operation.verb);
      if (operation.alsoPost) others.add('POST');
    }
  }
  return others.size > 0 ? notAllowed(method, others) : notFound(segments);
}

function fieldsIn(path: readonly Segment[], segments: readonly string[]): Map<string, string> | null {
  if (path.length !== segments.length) return null;
  const fields = new Map<string, string>();
  for (const [i, { text, field }] of path.entries()) {
    const written = segments[i] ?? '';
    if (field === null) {
      if (written !== text) return null;
      continue;
    }
    if (!written.endsWith(text)) return null;
    const name = written.slice(0, written.length - text.length);
    // `tasks/1:cancel` is never the task `1:cancel`, whatever the method.
    if (VERBS.some((verb) => name.endsWith(verb))) return null;
    const value = decode(name);
    if (value === null || value === '') return null;
    fields.set(field, value);
  }
  return fields;
}

function takes({ verb, alsoPost }: BoundOperation, method: string): boolean {
  return method === verb || (alsoPost && method === 'POST');
}

/** Once, and only what is UTF-8 without control characters; null otherwise. */
function decode(segment: string): string | null {
  try {
    const decoded = decodeURIComponent(segment);
    return /\p{Cc}/u.test(decoded) ? null : decoded;
  } catch {
    return null;
  }
}

function notAllowed(method: string, verbs: ReadonlySet<string>): { ok: false; error: Rejection } {
  const allow = [...verbs].join(', ');
  return refuse('method_not_allowed', method, `use ${allow} here`, { headers: { allow } });
}

function notFound(segments: readonly string[]): { ok: false; error: Rejection } {
  return refuse(
    'unknown_operation',
    `path \`${shown(segments.join('/'))}\``,
    'there is no such operation in A2A 1.0 over HTTP+JSON',
    { status: 404 },
  );
}

function shown(path: string): string {
  return path.length > 200 ? `${path.slice(0, 200)}…` : path;
}
