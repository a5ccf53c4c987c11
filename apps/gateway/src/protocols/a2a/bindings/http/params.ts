// The `params` of the message that an HTTP+JSON request is: its body as it came, with what its path and query say spliced in.
// Whatever is said twice must be said alike.
import { ScalarType, type DescField } from '@bufbuild/protobuf';
import { ok, refuse, type Result } from '../../../../errors.ts';
import { scan } from '../../../json/scan.ts';
import { compileShape, type Shape } from '../../../json/shape.ts';
import { editMembers, splice } from '../../../json/splice.ts';
import type { ScanError, ScanOptions } from '../../../json/types.ts';
import { INVALID_PARAMS } from '../../operations.ts';
import { type BoundOperation, BOUND_OPERATIONS, pathFields } from '../operations.ts';
import { messageSchema } from '../proto/schema.ts';
import type { Target } from './target.ts';

/** The version may stand in the query, by the specification; it is no field of any request. */
const VERSION_PARAMETER = 'A2A-Version';

const SHAPES = new Map(BOUND_OPERATIONS.map((each) => [each.method, shapeOf(each)]));
const EMPTY = Buffer.from('{}');

export interface Query {
  /** As JSON text, by field. */
  readonly fields: ReadonlyMap<string, string>;
  readonly version: string | null;
}

/** @param body empty where there was none. */
export function joinParams(
  { operation, fields }: Target,
  query: Query,
  body: Uint8Array,
  limits: Partial<ScanOptions>,
): Result<Uint8Array> {
  if (!operation.hasBody && body.byteLength > 0) {
    return refuse('malformed_request', 'a body', `${operation.method} takes no body`);
  }
  const bytes = body.byteLength === 0 ? EMPTY : body;
  const scanned = scan(bytes, SHAPES.get(operation.method), limits);
  if (!scanned.ok) return unreadable(scanned.error);
  const root = scanned.value.containers.get('');
  if (root === undefined) return refuse('malformed_request', 'the body must be a JSON object');
  const said = new Map([...fields].map(([name, value]) => [name, JSON.stringify(value)]));
  for (const [name, json] of query.fields) {
    const other = said.get(name);
    if (other !== undefined && other !== json) return differs(name, 'the query', 'the path');
    said.set(name, json);
  }
  const changes = new Map<string, string>();
  for (const [name, json] of said) {
    const here = scanned.value.value[name];
    // ProtoJSON: null and the empty string are how a sender may write "absent".
    if (here === undefined || here === null || here === '') changes.set(name, json);
    // The official client says the tenant in both places.
    else if (JSON.stringify(here) !== json) return differs(name, 'the body', 'the path');
  }
  return ok(changes.size === 0 ? bytes : splice(bytes, editMembers(root, changes)));
}

/** The query's parameters with the types that the request's fields have. */
export function readQuery(operation: BoundOperation, query: string): Result<Query> {
  const fields = new Map<string, string>();
  let version: string | null = null;
  const schema = messageSchema(operation.request);
  for (const [name, value] of parametersOf(query)) {
    if (name === null || value === null) {
      return refuse('malformed_request', 'query', 'the query is not well formed');
    }
    const isTwice = name === VERSION_PARAMETER ? version !== null : fields.has(name);
    if (isTwice) return refuse('malformed_request', `the query parameter \`${name}\` stands twice`);
    if (name === VERSION_PARAMETER) {
      version = value;
      continue;
    }
    const field = operation.hasBody ? undefined : schema.fields.find(({ jsonName }) => jsonName === name);
    if (field === undefined) return unknownParameter(name, operation);
    const json = jsonOf(field, value);
    if (!json.ok) return json;
    fields.set(name, json.value);
  }
  return ok({ fields, version });
}

/** As a form is written: what is not well formed is null. */
function parametersOf(query: string): (readonly [name: string | null, value: string | null])[] {
  if (query === '') return [];
  return query.split('&').map((pair) => {
    const at = pair.indexOf('=');
    return at === -1 ? [null, null] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))];
  });
}

function decode(text: string): string | null {
  try {
    const decoded = decodeURIComponent(text.replaceAll('+', ' '));
    return /\p{Cc}/u.test(decoded) ? null : decoded;
  } catch {
    return null;
  }
}

/** SPEC: A2A 1.0 section 11.5: numbers are decimal, booleans lowercase, enums by name; nothing nested. */
function jsonOf(field: DescField, value: string): Result<string> {
  const name = field.jsonName;
  if (field.fieldKind === 'enum') return ok(JSON.stringify(value));
  if (field.fieldKind === 'message' && field.message.typeName === 'google.protobuf.Timestamp') {
    return ok(JSON.stringify(value));
  }
  if (field.fieldKind !== 'scalar') return invalid(name, 'cannot stand in a query');
  switch (field.scalar) {
    case ScalarType.BOOL:
      return value === 'true' || value === 'false' ? ok(value) : invalid(name, 'must be `true` or `false`');
    case ScalarType.INT32:
      return /^(?:0|-?[1-9]\d{0,9})$/.test(value) ? ok(value) : invalid(name, 'must be an integer');
    default:
      return ok(JSON.stringify(value));
  }
}

function shapeOf({ request }: BoundOperation): Shape {
  const known = messageSchema(request).fields.map(({ jsonName }) => jsonName);
  return compileShape({ '': { known, ignoreUnderscores: true } });
}

function unknownParameter(name: string, operation: BoundOperation): Result<never> {
  const where = pathFields(operation).includes(name) ? ' beside the path' : '';
  return refuse(
    'malformed_request',
    `query parameter \`${name}\``,
    `the query parameter \`${name}\` is none of ${operation.method}${where}: a token belongs in the Authorization header, fields of a message in its body`,
  );
}

function differs(name: string, here: string, there: string): Result<never> {
  const message = `\`${name}\` says something else in ${here} than in ${there}`;
  return refuse('malformed_request', message, message, { rpcCode: INVALID_PARAMS });
}

function invalid(name: string, rule: string): Result<never> {
  const message = `the query parameter \`${name}\` ${rule}`;
  return refuse('malformed_request', message, message, { rpcCode: INVALID_PARAMS });
}

function unreadable({ code, message }: ScanError): Result<never> {
  return refuse(code === 'too_large' ? 'request_too_large' : 'malformed_request', message);
}
