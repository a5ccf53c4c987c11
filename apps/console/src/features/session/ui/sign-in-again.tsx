// Where the gateway asks for a sign-in of late: the way to one, and back to where the person is.
import { ApiError } from '../../../api/error.ts';
import { signInPath } from '../model/sign-in-fragment.ts';
import { text } from '../text.ts';
import { useSession, useSignInOptions } from '../use-session.ts';

/** Nothing, unless that is what the error is about. */
export function SignInAgain({ error }: { readonly error: Error | null }) {
  const session = useSession().data?.session ?? null;
  const oidc = useSignInOptions().data?.oidc ?? null;
  if (!(error instanceof ApiError) || error.code !== 'fresh_sign_in_required') return null;
  if (session?.method !== 'oidc' || oidc === null) return <p className="text-muted">{text.tokenAgain}</p>;
  const returnTo = window.location.pathname + window.location.search;
  return (
    <a className="button w-full" href={signInPath(oidc.start, { returnTo, fresh: true })}>
      {text.signInAgain(oidc.name)}
    </a>
  );
}
