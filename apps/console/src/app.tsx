// Signed in or not: the one fork of the console. What is shown to whom is signed in is the router's business.
import { RouterProvider } from '@tanstack/react-router';
import { SignIn } from './features/session/ui/sign-in.tsx';
import { useSession } from './features/session/use-session.ts';
import { router } from './routes.tsx';
import { MeProvider } from './shell/me.tsx';
import { Failed, Loading } from './ui/state.tsx';
import { text } from './features/session/text.ts';
import { text as shared } from './ui/text.ts';

export function App() {
  const session = useSession();
  if (session.data !== undefined) {
    const { session: open, problem } = session.data;
    if (open === null) return <SignIn problem={problem} />;
    return (
      // Another person's console starts afresh.
      <MeProvider key={open.user} session={open}>
        <RouterProvider router={router} />
      </MeProvider>
    );
  }
  return (
    <main className="mx-auto max-w-lg p-6">
      <title>{text.product}</title>
      <h1 className="sr-only">{text.product}</h1>
      {session.isError ? (
        <Failed what={text.cannotStart} error={session.error} onRetry={() => void session.refetch()} />
      ) : (
        <Loading what={shared.theConsole} />
      )}
    </main>
  );
}
