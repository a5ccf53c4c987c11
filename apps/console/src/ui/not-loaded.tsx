// What stands where a page or a part of it broke or could not be fetched, with whichever way there is to get it after all.
import { NotLoadedError } from './load.ts';
import { Failed } from './state.tsx';
import { text } from './text.ts';

interface Props {
  readonly what: string;
  readonly error: unknown;
  /** Draws it once more. */
  readonly reset: () => void;
}

export function NotLoaded({ what, error, reset }: Props) {
  if (!(error instanceof NotLoadedError)) {
    return (
      <Failed what={what} error={error instanceof Error ? error : new Error(String(error))} onRetry={reset} />
    );
  }
  if (error.isReplaced) {
    return <Failed what={what} error={error} onRetry={() => window.location.reload()} retry={text.reload} />;
  }
  return <Failed what={what} error={error} onRetry={() => void error.again().then(reset)} />;
}
