// What a caller is told when its token is not accepted: one text for every fault, and where to get a token that is
// (RFC 9728, RFC 6750 section 3). The precise reason goes to the operator only: it would guide a forger.
import { refuse } from '../errors.ts';
import { metadataUrl } from './metadata.ts';

const PUBLIC_TEXT =
  'no valid access token for this resource: request one for exactly this resource from an authorization server that its metadata names';

/** The value of `WWW-Authenticate` for `resource`, the canonical URL that was called. */
function challenge(resource: string, token: 'missing' | 'invalid'): string {
  const fault =
    token === 'missing'
      ? ''
      : ', error="invalid_token", error_description="the access token was not accepted"';
  return `Bearer resource_metadata="${metadataUrl(resource)}"${fault}`;
}

/** 401. `reason` is for the record. */
export function unauthenticated(resource: string, reason: string, token: 'missing' | 'invalid' = 'invalid') {
  return refuse('unauthenticated', reason, PUBLIC_TEXT, {
    headers: { 'www-authenticate': challenge(resource, token) },
  });
}

/** 503: the token may be good, and nobody can say so now. */
export function issuerUnavailable(reason: string) {
  return refuse(
    'issuer_unavailable',
    reason,
    'the keys to check the access token with cannot be read now: try again',
    {
      retryAfterSeconds: 5,
    },
  );
}
