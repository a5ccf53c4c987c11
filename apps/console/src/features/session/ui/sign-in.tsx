// The sign-in page: a way to the provider, where there is one, and the form for a token, which is exchanged for a session
// and forgotten.
import { useId, type FormEvent } from 'react';
import { ApiError } from '../../../api/error.ts';
import { Icon } from '../../../ui/icon.tsx';
import { Mark } from '../../../ui/mark.tsx';
import { signInPath } from '../model/sign-in-fragment.ts';
import { useSignIn, useSignInOptions } from '../use-session.ts';
import { text } from '../text.ts';

export function SignIn({ problem }: { readonly problem: string | null }) {
  const signIn = useSignIn();
  const oidc = useSignInOptions().data?.oidc ?? null;
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
      <title>{text.page}</title>
      <form onSubmit={submit} className="w-full max-w-sm space-y-4">
        <h1 className="flex items-center gap-2 text-base font-semibold">
          <Mark /> {text.product}
        </h1>
        <div className="space-y-4 rounded-lg border border-line bg-surface p-5">
          {message !== null && (
            <p id={fault} role="alert" className="flex gap-2 rounded-md bg-deny-soft p-2.5">
              <Icon name="warning" className="mt-0.5 shrink-0 text-deny" />
              <span>
                {message}
                {oidc?.contact != null && <> {text.contact(oidc.contact)}</>}
              </span>
            </p>
          )}
          {oidc !== null && (
            <>
              <a
                className="button button-primary w-full"
                href={signInPath(oidc.start, {
                  returnTo: window.location.pathname + window.location.search,
                })}
              >
                {text.signInWith(oidc.name)}
              </a>
              {oidc.state === 'away' && <p role="status">{text.away(oidc.name)}</p>}
              <p className="text-center text-muted">{text.or}</p>
            </>
          )}
          <div className="space-y-1.5">
            <label htmlFor="token" className="font-medium">
              {text.token}
            </label>
            <input
              id="token"
              name="token"
              type="password"
              required
              autoComplete="current-password"
              spellCheck={false}
              aria-describedby={`${hint}${message === null ? '' : ` ${fault}`}`}
              aria-invalid={signIn.error !== null || problem === text.invalidLink}
              className="field h-9 font-mono"
            />
            <p id={hint} className="text-muted">
              {text.hint} <code className="font-mono text-xs whitespace-nowrap">{text.hintCommand}</code>.
            </p>
          </div>
          <button
            type="submit"
            className={`button w-full ${oidc === null ? 'button-primary' : ''}`}
            disabled={signIn.isPending}
          >
            {signIn.isPending ? text.signingIn : text.signIn}
          </button>
        </div>
      </form>
    </main>
  );
}

function refusal(error: Error): string {
  if (error instanceof ApiError && error.status === 401) return text.invalid;
  return text.failed(error.message);
}
