// The sign-in form: a token is exchanged for a session and forgotten.
import { useId, type FormEvent } from 'react';
import { ApiError } from '../../../api/error.ts';
import { Icon } from '../../../ui/icon.tsx';
import { Mark } from '../../../ui/mark.tsx';
import { useSignIn } from '../use-session.ts';

export function SignIn({ problem }: { readonly problem: string | null }) {
  const signIn = useSignIn();
  const hint = useId();
  const fault = useId();
  const message = signIn.error === null ? problem : refusal(signIn.error);

  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const token = new FormData(event.currentTarget).get('token');
    if (typeof token === 'string' && token.trim() !== '') signIn.mutate(token.trim());
  };

  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <title>Sign in · Countersign</title>
      <form onSubmit={submit} className="w-full max-w-sm space-y-4">
        <h1 className="flex items-center gap-2 text-base font-semibold">
          <Mark /> Countersign
        </h1>
        <div className="space-y-4 rounded-lg border border-line bg-surface p-5">
          <div className="space-y-1.5">
            <label htmlFor="token" className="font-medium">
              Access token
            </label>
            <input
              id="token"
              name="token"
              type="password"
              required
              autoComplete="current-password"
              spellCheck={false}
              aria-describedby={`${hint}${message === null ? '' : ` ${fault}`}`}
              aria-invalid={message !== null}
              className="field h-9 font-mono"
            />
            <p id={hint} className="text-muted">
              Printed when the gateway first started. A reviewer’s is made with{' '}
              <code className="font-mono text-xs whitespace-nowrap">countersign users token</code>.
            </p>
          </div>
          {message !== null && (
            <p id={fault} role="alert" className="flex gap-2 rounded-md bg-deny-soft p-2.5">
              <Icon name="warning" className="mt-0.5 text-deny" />
              {message}
            </p>
          )}
          <button type="submit" className="button button-primary w-full" disabled={signIn.isPending}>
            {signIn.isPending ? 'Signing in…' : 'Sign in'}
          </button>
        </div>
      </form>
    </main>
  );
}

function refusal(error: Error): string {
  if (error instanceof ApiError && error.status === 401) return 'This token is not valid, or has ended.';
  return `Could not sign in: ${error.message}.`;
}
