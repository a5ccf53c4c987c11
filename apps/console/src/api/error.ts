// How the admin API refuses, as the page sees it.
import { DetailedError } from 'hono/client';

/** A refusal by the API, or `unreachable` when no answer came. `message` is the gateway's own, fit to be shown. */
export class ApiError extends Error {
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
  }
}

/** Whatever a request failed with, in one form; an abort is passed on as it is. */
export function asApiError(error: unknown): Error {
  if (error instanceof ApiError) return error;
  if (error instanceof Error && error.name === 'AbortError') return error;
  if (!(error instanceof DetailedError)) return new ApiError(0, 'unreachable', 'the gateway does not answer');
  const status = typeof error.statusCode === 'number' ? error.statusCode : 0;
  const { code, message } = refusalIn(error.detail);
  return typeof code === 'string' && typeof message === 'string'
    ? new ApiError(status, code, message)
    : // Something between the page and the gateway answered.
      new ApiError(status, 'unexpected_answer', `the gateway answered ${error.message}`);
}

function refusalIn(detail: unknown): { readonly code?: unknown; readonly message?: unknown } {
  const body = memberOf(detail, 'data');
  const refusal = memberOf(body, 'error');
  return { code: memberOf(refusal, 'code'), message: memberOf(refusal, 'message') };
}

function memberOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}
