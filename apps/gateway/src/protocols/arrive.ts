// What is asked of every request before anything else is looked at: at most one credential, headers that mean one thing, and
// an origin and host that are this gateway's business.
import { type Credentials, readCredentials } from '../identity/token.ts';
import { ok, type Result } from '../errors.ts';
import { checkOrigin, headerMap, type HttpRequest } from './http.ts';

export interface Arrived {
  readonly credentials: Credentials;
  /** By lower-cased name. */
  readonly headers: ReadonlyMap<string, string>;
}

export function arrive(request: HttpRequest, allowed: Parameters<typeof checkOrigin>[1]): Result<Arrived> {
  const credentials = readCredentials(request.rawHeaders);
  if (!credentials.ok) return credentials;
  const headers = headerMap(request);
  if (!headers.ok) return headers;
  const origin = checkOrigin(headers.value, allowed);
  return origin.ok ? ok({ credentials: credentials.value, headers: headers.value }) : origin;
}
