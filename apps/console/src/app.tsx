// Signed in or not: the one fork of the page.
import { ConsolePage } from './console-page.tsx';
import { SignIn } from './features/session/ui/sign-in.tsx';
import { useSession } from './features/session/use-session.ts';
import { Failed, Loading } from './ui/state.tsx';
import { text } from './features/session/text.ts';
import { text as shared } from './ui/text.ts';

export function App() {
  const session = useSession();
  if (session.data !== undefined) {
    const { session: open, problem } = session.data;
    // Another person's page starts afresh.
    return open === null ? <SignIn problem={problem} /> : <ConsolePage key={open.user} session={open} />;
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
