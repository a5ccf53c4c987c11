// The words of sign-in.
export const text = {
  page: 'Sign in · Countersign',
  product: 'Countersign',
  token: 'Access token',
  hint: 'Printed when the gateway first started. A reviewer’s is made with',
  hintCommand: 'countersign users token',
  signIn: 'Sign in',
  signingIn: 'Signing in…',
  signOut: 'Sign out',
  invalid: 'This token is not valid, or has ended.',
  invalidLink: 'The token in the link is not valid, or has ended.',
  ended: 'The session has ended. Sign in again.',
  failed: (why: string) => `Could not sign in: ${why}.`,
  notSignedOut: (why: string) => `You are still signed in: ${why}.`,
  cannotStart: 'The console cannot start',
} as const;
