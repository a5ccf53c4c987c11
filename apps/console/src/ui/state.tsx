// The states of a view that has no data to show: loading, empty, and error with a way to try again; what fails for one cause says
// it once.
import type { ReactNode } from 'react';
import { ApiError } from '../api/error.ts';
import { Icon } from './icon.tsx';
import { useVoice } from './one-failure.tsx';
import { text } from './text.ts';

export function Loading({ what }: { readonly what: string }) {
  return (
    <div role="status" className="space-y-2 p-4">
      <span className="sr-only">{text.loading(what)}</span>
      <div className="pulse h-3 w-3/5 rounded bg-line" />
      <div className="pulse h-3 w-4/5 rounded bg-line" />
      <div className="pulse h-3 w-2/5 rounded bg-line" />
    </div>
  );
}

export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="px-4 py-6 text-center text-muted">
      <p className="font-medium text-ink">{title}</p>
      {children}
    </div>
  );
}

export function Failed({
  what,
  error,
  onRetry,
  retry = text.retry,
}: {
  readonly what: string;
  readonly error: Error;
  readonly onRetry?: (() => void) | undefined;
  /** What trying again is called. */
  readonly retry?: string;
}) {
  const { voice, place } = useVoice(error, onRetry);
  return (
    <div ref={place} hidden={voice === null}>
      {voice !== null && (
        <div
          role="alert"
          className="m-3 flex flex-wrap items-center gap-x-3 gap-y-2 rounded-md bg-deny-soft p-3"
        >
          <Icon name="warning" className="text-deny" />
          <p className="min-w-0 flex-1">
            {voice.parts > 1 ? text.severalFailed : what}: {error.message}
            {error instanceof ApiError && error.status >= 500 && text.seeOwnLog}
          </p>
          {onRetry !== undefined && !isMissing(error) && (
            <button type="button" className="button" onClick={voice.retry}>
              {retry}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

interface Asked {
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly data: unknown;
  readonly refetch: () => unknown;
}

interface StateProps {
  readonly query: Asked;
  /** That there is nothing to show. */
  readonly failed: string;
  readonly loading: string;
}

/** What is to be said beside the data of a query: that it is asked for, why there is none, or that what is shown has grown old. */
export function StateOf({ query: { isPending, error, data, refetch }, failed, loading }: StateProps) {
  if (error !== null) {
    return (
      <Failed what={data === undefined ? failed : text.stale} error={error} onRetry={() => void refetch()} />
    );
  }
  return isPending && <Loading what={loading} />;
}

/** What is not there will not be there a moment later. */
const isMissing = (error: Error): boolean => error instanceof ApiError && error.status === 404;
