// The words of sign-in.
import type { Failure } from './model/sign-in-fragment.ts';

export const text = {
  page: 'Sign in · Countersign',
  product: 'Countersign',
  token: 'Access token',
  hint: 'Printed when the gateway first started. A reviewer’s is made with',
  hintCommand: 'countersign users token',
  signIn: 'Sign in',
  signInWith: (provider: string) => `Sign in with ${provider}`,
  or: 'or with a token',
  away: (provider: string) =>
    `The gateway could not reach ${provider} just now. You may try all the same, or use a token.`,
  contact: (line: string) => `Whom to ask: ${line}`,
  signingIn: 'Signing in…',
  signInAgain: (provider: string) => `Sign in again with ${provider}`,
  tokenAgain: 'Sign out, and sign in with your token again.',
  signOut: 'Sign out',
  invalid: 'This token is not valid, or has ended.',
  invalidLink: 'The token in the link is not valid, or has ended.',
  ended: 'The session has ended. Sign in again.',
  failed: (why: string) => `Could not sign in: ${why}.`,
  notSignedOut: (why: string) => `You are still signed in: ${why}.`,
  cannotStart: 'The console cannot start',
} as const;

const FAILURE_TEXTS: Readonly<Record<Failure, string>> = {
  denied: 'The provider did not sign you in: you, or it, said no. Try again if that was not meant.',
  no_role:
    'You are known to the provider, but none of your groups has a role here. Ask whoever runs this gateway to give one of your groups a role.',
  inactive: 'Your account is not active on this gateway. Ask whoever runs it to make it active again.',
  name_taken:
    'Your address belongs to somebody who is registered here, and the provider does not say that it is yours. Ask whoever runs this gateway to name your account in that registration.',
  state_expired:
    'This sign-in took too long, or began in another window or browser. Begin it again here, and let this site keep cookies.',
  not_verified:
    'What the provider answered could not be verified, so you were not signed in. Try again; if it stays so, tell whoever runs this gateway.',
  too_long_ago: 'The provider did not ask you again who you are. Sign out there, then sign in here again.',
  provider_error:
    'The provider refused this gateway. That is not your doing: tell whoever runs this gateway that its sign-in is not set up right.',
  provider_away: 'The provider cannot be reached just now. Try again in a minute, or sign in with a token.',
  busy: 'Too many people are being signed in at this moment. Try again in a few seconds.',
  log_unavailable:
    'The audit log cannot be written, and nobody is signed in without a record of it. Tell whoever runs this gateway.',
};

export const failureText = (failure: Failure): string => FAILURE_TEXTS[failure];
