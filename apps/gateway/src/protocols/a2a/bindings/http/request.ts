// A JSON-RPC message as the HTTP+JSON request that says the same: the fields that the path names go into it, the others into
// the body, byte for byte, or into the query.
import type { Result } from '../../../../errors.ts';
import { textOf } from '../../../json/scan.ts';
import { editMembers, splice } from '../../../json/splice.ts';
import type { JsonValue } from '../../../json/types.ts';
import { paramsText, type Undressed } from '../undress.ts';
import { type BoundOperation, pathFields } from '../operations.ts';

export interface HttpForm {
  readonly verb: BoundOperation['verb'];
  readonly url: string;
  /** Path and query of `url`. */
  readonly target: string;
  readonly body: Uint8Array | null;
}

/** @param base what the paths begin with. */
export function httpRequest(message: Undressed, base: string): Result<HttpForm, string> {
  const { operation, params } = message;
  const named = ['tenant', ...pathFields(operation)];
  const segments: string[] = [];
  const tenant = params['tenant'];
  if (isSaid(tenant)) {
    const segment = segmentOf(tenant);
    if (segment === null) return no('`params.tenant` cannot stand in a path');
    segments.push(segment);
  }
  for (const { field, text } of operation.path) {
    const segment = field === null ? '' : segmentOf(params[field]);
    if (segment === null) return no(`\`params.${field}\` cannot stand in a path`);
    segments.push(`${segment}${text}`);
  }
  const url = new URL(base);
  const path = `${url.pathname.replace(/\/+$/, '')}/${segments.join('/')}`;
  const query = operation.hasBody ? { ok: true as const, value: '' } : queryOf(message, named);
  if (!query.ok) return query;
  const target = `${path}${query.value}`;
  const body = operation.hasBody ? bodyOf(message, named) : null;
  return { ok: true, value: { verb: operation.verb, url: `${url.origin}${target}`, target, body } };
}

/** The parameters, without those that the path names. */
function bodyOf(message: Undressed, named: readonly string[]): Uint8Array {
  const params = Buffer.from(paramsText(message));
  const { container } = message;
  if (container === null) return params;
  const edits = editMembers(container, new Map(named.map((name) => [name, null])));
  const { start } = container;
  return splice(
    params,
    edits.map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start })),
  );
}

function queryOf({ params, bytes, container }: Undressed, named: readonly string[]): Result<string, string> {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(params)) {
    if (named.includes(name) || value === null) continue;
    if (typeof value === 'object') return no(`\`params.${name}\` cannot stand in a query`);
    const member = container?.members.get(name);
    // Digits as they were written.
    const text = typeof value === 'string' || member === undefined ? String(value) : textOf(bytes, member);
    pairs.push(`${encodeURIComponent(name)}=${encodeURIComponent(text)}`);
  }
  return { ok: true, value: pairs.length === 0 ? '' : `?${pairs.join('&')}` };
}

function isSaid(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null && value !== '';
}

/** SECURITY: a name that servers fold away would make another path of it. */
function segmentOf(value: JsonValue | undefined): string | null {
  if (typeof value !== 'string' || value === '' || value === '.' || value === '..') return null;
  return encodeURIComponent(value);
}

function no(error: string): Result<never, string> {
  return { ok: false, error };
}
