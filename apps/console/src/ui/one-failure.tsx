// A page whose parts fail for one cause tells it once, where the first of them stands, with one way to try all of them again.
import {
  createContext,
  type ReactNode,
  type RefObject,
  use,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { ApiError } from '../api/error.ts';

interface Failure {
  readonly cause: string;
  readonly place: HTMLElement;
  readonly retry: () => void;
}

interface Failures {
  readonly add: (failure: Failure) => () => void;
  readonly subscribe: (listener: () => void) => () => void;
  readonly all: () => readonly Failure[];
}

const FailuresContext = createContext<Failures | null>(null);

/** Within this, one cause is told once. */
export function OneFailure({ children }: { readonly children: ReactNode }) {
  const [failures] = useState(createFailures);
  return <FailuresContext value={failures}>{children}</FailuresContext>;
}

/** What a failure has to say for all that failed like it; null where another says it. */
export interface Voice {
  /** How many parts it speaks for. */
  readonly parts: number;
  readonly retry: () => void;
}

/**
 * @param onRetry asks again for what failed; without it the failure stands by itself.
 * @returns the voice, and where the failure has to stand, whether it speaks or not.
 */
export function useVoice(
  error: Error,
  onRetry: (() => void) | undefined,
): { readonly voice: Voice | null; readonly place: RefObject<HTMLDivElement | null> } {
  const failures = use(FailuresContext);
  const place = useRef<HTMLDivElement>(null);
  const latest = useRef(onRetry);
  const cause = onRetry === undefined ? null : commonCause(error);
  useLayoutEffect(() => {
    latest.current = onRetry;
  });
  useLayoutEffect(() => {
    if (failures === null || cause === null || place.current === null) return undefined;
    return failures.add({ cause, place: place.current, retry: () => latest.current?.() });
  }, [failures, cause]);
  const all = useSyncExternalStore(failures?.subscribe ?? never, failures?.all ?? nothing);
  const alike = all.filter((each) => each.cause === cause);
  const isFirst = alike.length === 0 || alike[0]?.place === place.current;
  const retry = (): void => {
    if (alike.length === 0) onRetry?.();
    for (const each of alike) each.retry();
  };
  return { voice: isFirst ? { parts: alike.length, retry } : null, place };
}

/** What is the gateway's and not the part's own: it does not answer, or is ailing. */
function commonCause(error: Error): string | null {
  if (!(error instanceof ApiError) || (error.status > 0 && error.status < 500)) return null;
  return `${error.status} ${error.code} ${error.message}`;
}

const never = (): (() => void) => () => undefined;
const NONE: readonly Failure[] = [];
const nothing = (): readonly Failure[] => NONE;

function createFailures(): Failures {
  const listeners = new Set<() => void>();
  let all: readonly Failure[] = NONE;
  const set = (next: readonly Failure[]): void => {
    all = next;
    for (const listener of listeners) listener();
  };
  return {
    add: (failure) => {
      set([...all, failure].toSorted(byPlace));
      return () => set(all.filter((each) => each !== failure));
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    all: () => all,
  };
}

/** As they stand on the page. */
const byPlace = (a: Failure, b: Failure): number =>
  (a.place.compareDocumentPosition(b.place) & Node.DOCUMENT_POSITION_FOLLOWING) === 0 ? 1 : -1;
