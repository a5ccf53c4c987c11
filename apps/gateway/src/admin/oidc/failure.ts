// The ways in which signing in by the provider fails: a closed list, whose words for people are the console's. What is known
// besides goes to the operator only.
import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client';

/** `provider_away` and `busy` may pass by themselves; the rest need somebody to do something. */
export const SIGN_IN_FAILURES = [
  'provider_away',
  'denied',
  'provider_error',
  'state_expired',
  'not_verified',
  'too_long_ago',
  'no_role',
  'inactive',
  'name_taken',
  'busy',
  'log_unavailable',
] as const;
export type SignInFailureCode = (typeof SIGN_IN_FAILURES)[number];

export class SignInFailure extends Error {
  override readonly name = 'SignInFailure';
  readonly code: SignInFailureCode;

  /** `message` is for the operator. */
  constructor(code: SignInFailureCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Whatever talking to the provider threw. Nothing that it sent is quoted beyond a bounded, printable part. */
export function failureOf(fault: unknown): SignInFailure {
  if (fault instanceof SignInFailure) return fault;
  if (fault instanceof AuthorizationResponseError)
    return new SignInFailure(
      fault.error === 'access_denied' ? 'denied' : 'provider_error',
      `the provider answered \`${printable(fault.error)}\`${described(fault.error_description)}`,
    );
  if (fault instanceof ResponseBodyError)
    return new SignInFailure(
      fault.error === 'invalid_grant' ? 'not_verified' : 'provider_error',
      `the provider’s token endpoint refused with \`${printable(fault.error)}\`${described(fault.error_description)}`,
    );
  const why = reasonOf(fault);
  if (isAway(fault)) return new SignInFailure('provider_away', why);
  return new SignInFailure(isTooOld(fault) ? 'too_long_ago' : 'not_verified', why);
}

export function isAway(fault: unknown): boolean {
  if (fault instanceof ClientError)
    return ['OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_RESPONSE_IS_NOT_CONFORM'].includes(fault.code ?? '');
  // What `fetch` throws when no answer comes.
  return fault instanceof TypeError && !('code' in fault);
}

function isTooOld(fault: unknown): boolean {
  const cause = fault instanceof ClientError ? fault.cause : null;
  const inner = cause instanceof Error ? cause.cause : null;
  return typeof inner === 'object' && inner !== null && 'claim' in inner && inner.claim === 'auth_time';
}

export function reasonOf(fault: unknown): string {
  const texts: string[] = [];
  for (let here: unknown = fault; here instanceof Error && texts.length < 4; here = here.cause)
    if (!texts.includes(here.message)) texts.push(here.message);
  return printable(texts.join(': ') || 'unknown error');
}

const described = (text: string | undefined): string => (text === undefined ? '' : ` (${printable(text)})`);

const printable = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
    .replaceAll('`', "'")
    .slice(0, 300);
