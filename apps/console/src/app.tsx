// Signed in or not: the one fork of the page.
import { ConsolePage } from './console-page.tsx';
import { SignIn } from './features/session/ui/sign-in.tsx';
import { useSession } from './features/session/use-session.ts';
import { Failed, Loading } from './ui/state.tsx';

export function App() {
  const session = useSession();
  if (session.data !== undefined) {
    const { session: open, problem } = session.data;
    // Another person's page starts afresh.
    return open === null ? <SignIn problem={problem} /> : <ConsolePage key={open.user} session={open} />;
  }
  return (
    <main className="mx-auto max-w-lg p-6">
      <title>Countersign</title>
      <h1 className="sr-only">Countersign</h1>
      {session.isError ? (
        <Failed
          what="The console cannot start"
          error={session.error}
          onRetry={() => void session.refetch()}
        />
      ) : (
        <Loading what="the console" />
      )}
    </main>
  );
}
