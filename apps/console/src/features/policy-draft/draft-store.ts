// The draft of whoever is signed in, kept by this browser alone: through reloads, other pages and the end of a session. Policy
// text is all that is kept.
import { useMemo, useSyncExternalStore } from 'react';
import { useMe } from '../../shell/me.tsx';
import { defer } from '../../timers.ts';
import type { Draft } from './model/draft.ts';
import { keyOf, readStored, stored } from './model/stored.ts';

/** Typing is not held up by keeping it. */
const KEEP_MS = 250;

interface Kept {
  readonly draft: Draft | null;
  /** Whether a reload would find it as it is shown. */
  readonly isKept: boolean;
}

export interface DraftStore {
  readonly subscribe: (listener: () => void) => () => void;
  readonly current: () => Kept;
  readonly set: (draft: Draft | null) => void;
}

const stores = new Map<string, DraftStore>();

/** The same for the same person, for as long as the page is open. */
function storeOf(user: string): DraftStore {
  const known = stores.get(user);
  if (known !== undefined) return known;
  const opened = openStore(keyOf(user));
  stores.set(user, opened);
  return opened;
}

function openStore(key: string): DraftStore {
  const listeners = new Set<() => void>();
  let kept: Kept = { draft: readStored(window.localStorage.getItem(key)), isKept: true };
  let cancel = (): void => undefined;
  const become = (next: Kept): void => {
    kept = next;
    for (const listener of listeners) listener();
  };
  const keep = (): void => {
    cancel();
    const { draft } = kept;
    try {
      if (draft === null) window.localStorage.removeItem(key);
      else window.localStorage.setItem(key, stored(draft));
      if (!kept.isKept) become({ draft, isKept: true });
    } catch {
      // The browser has no room for it, or keeps nothing: said beside it, and it stays on the page.
      become({ draft, isKept: false });
    }
  };
  window.addEventListener('pagehide', keep);
  // Another page of the same person went on with it.
  window.addEventListener('storage', (event) => {
    if (event.key === key) become({ draft: readStored(event.newValue), isKept: true });
  });
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    current: () => kept,
    set(draft) {
      become({ draft, isKept: kept.isKept });
      cancel();
      cancel = defer(keep, KEEP_MS);
    },
  };
}

interface Drafting extends Kept, Pick<DraftStore, 'set'> {
  /** The draft as it is at this moment: whoever waited for something changes that, not what it was when they began to wait. */
  readonly latest: () => Draft | null;
}

/** The draft, null where there is none, and the way to change it. */
export function useDraft(): Drafting {
  const { user } = useMe();
  const store = useMemo(() => storeOf(user), [user]);
  const kept = useSyncExternalStore(store.subscribe, store.current);
  return { ...kept, set: store.set, latest: () => store.current().draft };
}
