// The one way in which the admin API refuses: thrown anywhere below the app, turned into `{error: {code, message}}` in
// one place. Messages name what was sent and how to fix it, never what is inside.
import type { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { faultsOf } from '../faults.ts';
import { ErrorBody } from './schemas/access.ts';

const CODE_BY_STATUS: Readonly<Record<number, string>> = {
  400: 'malformed_request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'request_too_large',
  415: 'unsupported_media_type',
  429: 'busy',
  503: 'unavailable',
};

export class Refusal extends HTTPException {
  readonly code: string;
  /** When to ask again; null where that would not help, or nobody knows. */
  readonly retryAfterSeconds: number | null;

  constructor(
    status: ContentfulStatusCode,
    code: string,
    message: string,
    retryAfterSeconds: number | null = null,
  ) {
    super(status, { message });
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export const notFound = (what: string, name: string): Refusal =>
  new Refusal(404, 'not_found', `${what} \`${name}\` is not known here`);

const archivedText = (to: number): string =>
  `this log begins at entry ${to}; entries before are in the archives that \`countersign log entries --kind log.pruned\` lists`;

/** Of a call or chain; where entries were archived it may have been among them, and is not found any more. */
export const notFoundOrArchived = (what: string, name: string, to: number): Refusal =>
  to === 0
    ? notFound(what, name)
    : new Refusal(
        404,
        'not_found',
        `${what} \`${name}\` is not known here, or is archived: ${archivedText(to)}`,
      );

/** The whole mapping of errors to answers; `report` gets what is not the caller's fault. */
export function errorHandler(report: (error: unknown) => void) {
  return (error: unknown, c: Context): Response => {
    if (error instanceof Refusal) {
      if (error.retryAfterSeconds !== null) c.header('Retry-After', String(error.retryAfterSeconds));
      return answer(c, error.status, error.code, error.message);
    }
    if (error instanceof HTTPException) {
      const code = CODE_BY_STATUS[error.status];
      if (code !== undefined) {
        return answer(
          c,
          error.status,
          code,
          error.message === '' ? code.replaceAll('_', ' ') : error.message,
        );
      }
    }
    report(error);
    return answer(c, 500, 'internal', 'internal error; the gateway’s own output has the particulars');
  };
}

function answer(c: Context, status: ContentfulStatusCode, code: string, message: string): Response {
  if (status === 401) c.header('WWW-Authenticate', 'Bearer realm="countersign-admin"');
  const body: z.infer<typeof ErrorBody> = { error: { code, message } };
  return c.json(body, status);
}

/** The parts of a request by the names that validation has for them, in those that people have. */
const PARTS: ReadonlyMap<string, string> = new Map([
  ['form', 'body'],
  ['header', 'header'],
  ['json', 'body'],
  ['param', 'path'],
  ['query', 'query'],
]);

/** A failed validation, told by the first fault of each key; used as the app's default hook. */
export function refuseInvalid(result: {
  readonly success: boolean;
  readonly target?: string;
  readonly data?: unknown;
  readonly error?: z.ZodError;
}): void {
  if (result.success || result.error === undefined) return;
  const part = PARTS.get(result.target ?? '') ?? 'request';
  const faults = faultsOf(result.error, result.data);
  throw new Refusal(400, 'malformed_request', `${part} refused: ${faults.join('; ')}`);
}

/** Declares refusals in a route's responses, so that the OpenAPI document and the typed client know their shape. */
export function refusals<const S extends 400 | 401 | 403 | 404 | 409 | 413 | 429 | 503>(
  ...statuses: readonly S[]
): { [K in S]: { description: string; content: { 'application/json': { schema: typeof ErrorBody } } } } {
  const content = { 'application/json': { schema: ErrorBody } };
  const entries = statuses.map((status) => [
    status,
    { description: CODE_BY_STATUS[status] ?? 'conflict', content },
  ]);
  return Object.fromEntries(entries) as ReturnType<typeof refusals<S>>;
}
