// What went wrong on the way to an upstream, as refusals: precise for the operator, and safe to read for the caller,
// who learns neither hosts nor ports.
import type { Rejection } from '../errors.ts';

/** A refusal, and whether the request may have reached the upstream, so that it must not be sent again. */
export interface SendFailure extends Rejection {
  readonly isSent: boolean;
}

/** Nothing was written: no connection could be made. */
export interface DialFailure extends SendFailure {
  readonly isSent: false;
  readonly mayRetry: boolean;
}

const RETRIABLE: ReadonlySet<string> = new Set(['ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT']);
const TIMEOUTS: ReadonlySet<string> = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);
const GARBAGE: ReadonlySet<string> = new Set([
  'UND_ERR_HEADERS_OVERFLOW',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_RESPONSE',
]);

export function dialFailure(origin: string, error: Error): DialFailure {
  const code = codeOf(error);
  return {
    code: 'upstream_unavailable',
    reason: `no connection to \`${origin}\`: ${code ?? error.message}`,
    message: 'the server behind this gateway could not be reached: try again later',
    isSent: false,
    mayRetry: code !== null && RETRIABLE.has(code),
  };
}

/** The connection was there, and the request may have been read. */
export function exchangeFailure(origin: string, error: Error): SendFailure {
  const code = codeOf(error);
  if (code !== null && TIMEOUTS.has(code)) {
    return {
      code: 'upstream_timeout',
      reason: `\`${origin}\` did not answer in time: ${code}`,
      message: 'the server behind this gateway did not answer in time: the call may have been carried out',
      isSent: true,
    };
  }
  if (error.name === 'HTTPParserError' || (code !== null && GARBAGE.has(code))) {
    return invalidAnswer(origin, `it is not valid HTTP: ${error.message}`);
  }
  return {
    code: 'upstream_unavailable',
    reason: `the connection to \`${origin}\` broke after the request was sent: ${code ?? error.message}`,
    message: 'the connection to the server behind this gateway broke: the call may have been carried out',
    isSent: true,
  };
}

export function invalidAnswer(origin: string, why: string): SendFailure {
  return {
    code: 'upstream_invalid',
    reason: `the answer of \`${origin}\` cannot be relayed: ${why}`,
    message: 'the server behind this gateway gave an answer that cannot be relayed',
    isSent: true,
  };
}

export function callerGone(origin: string, isSent: boolean): SendFailure {
  return {
    code: 'upstream_unavailable',
    reason: `the caller went away before \`${origin}\` answered`,
    message: 'the call was cancelled',
    isSent,
  };
}

function codeOf(error: Error): string | null {
  const { code } = error as { readonly code?: unknown };
  if (typeof code === 'string') return code;
  return error.cause instanceof Error ? codeOf(error.cause) : null;
}
