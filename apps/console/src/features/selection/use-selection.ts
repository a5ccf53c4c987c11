// Binds the selection to the browser's address: every change is a history entry, so Back closes what was opened.
import { useSyncExternalStore, type MouseEvent } from 'react';
import { hrefOf, parseSelection, type Selection } from './model/selection.ts';

const CHANGED = 'countersign:selection';

function subscribe(listener: () => void): () => void {
  window.addEventListener('popstate', listener);
  window.addEventListener(CHANGED, listener);
  return () => {
    window.removeEventListener('popstate', listener);
    window.removeEventListener(CHANGED, listener);
  };
}

export function useSelection(): Selection | null {
  return parseSelection(useSyncExternalStore(subscribe, () => window.location.search));
}

export function select(selection: Selection | null): void {
  const href = hrefOf(selection);
  if (href === window.location.pathname + window.location.search) return;
  window.history.pushState(null, '', href);
  window.dispatchEvent(new Event(CHANGED));
}

/** Follows a link to a selection inside the page; a click that asks for a new tab is left to the browser. */
export function followSelection(event: MouseEvent, selection: Selection): void {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  select(selection);
}
